using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SseGateway;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class ShutdownTimeoutTests
{
    [Theory]
    [InlineData("20s", "5m", 300)]
    [InlineData("20m", "5m", 1200)]
    [InlineData("0", "90s", 90)]
    public async Task Host_waits_longer_than_the_longer_of_the_two_windows(string drain, string finish, int seconds)
    {
        await using var app = GatewayApp.Build(["--upstream", "http://127.0.0.1:9", "--admin-url", "off", "--drain-window", drain, "--finish-window", finish]);
        Assert.InRange(app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.TotalSeconds, seconds + 10, seconds + 60);
    }
}
