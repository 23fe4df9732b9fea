using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>A destination that is the gateway itself is seen at start, however it is written.</summary>
public sealed class OwnAddressesTests
{
    [Theory]
    [InlineData("urls=http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://localhost:8080/events")]
    [InlineData("urls=http://127.0.0.1:8080", "http://LOCALHOST.:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://0.0.0.0:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://[::ffff:127.0.0.1]:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://2130706433:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "https://127.0.0.1:8080")]
    [InlineData("urls=http://localhost:8080", "http://[::1]:8080")]
    [InlineData("urls=http://[::1]:8080", "http://localhost:8080")]
    [InlineData("urls=http://[::1]:8080", "http://[::]:8080")]
    [InlineData("urls=http://*:8080", "http://127.0.0.1:8080")]
    [InlineData("urls=http://+:8080", "http://[::1]:8080")]
    [InlineData("urls=http://0.0.0.0:8080", "http://127.8.9.10:8080")]
    [InlineData("urls=http://0.0.0.0:80", "http://localhost")]
    [InlineData("urls=https://*:443", "https://localhost/")]
    [InlineData("urls=http://127.0.0.1:1;http://127.0.0.1:8080", "http://localhost:8080")]
    [InlineData("http_ports=8080", "http://localhost:8080")]
    [InlineData("https_ports=1;8080", "https://localhost:8080")]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080", "http://localhost:8080")]
    [InlineData("SseGateway:Admin:Url=http://127.0.0.1:8080", "http://localhost:8080")]
    [InlineData("SseGateway:Admin:Url=http://*:8080", "http://127.0.0.1:8080")]
    public void Own_address_is_seen(string setting, string destination) => Assert.True(Contain(destination, setting));

    [Theory]
    [InlineData("urls=http://127.0.0.1:8080", "http://127.0.0.1:8081")]
    [InlineData("urls=http://127.0.0.1:8080", "http://127.0.0.2:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://[::1]:8080")]
    [InlineData("urls=http://127.0.0.1:8080", "http://192.0.2.1:8080")]
    [InlineData("urls=http://*:8080", "http://192.0.2.1:8080")]
    [InlineData("urls=http://*:8080", "http://service:8080")]
    [InlineData("urls=http://*:8080", "http://service")]
    [InlineData("urls=http://127.0.0.1:0", "http://127.0.0.1:9000")]
    [InlineData("urls=nonsense", "http://127.0.0.1:9000")]
    [InlineData("SseGateway:Admin:Url=off", "http://127.0.0.1:8081")]
    [InlineData("SseGateway:Heartbeat=5s", "http://127.0.0.1:8081")]
    public void Others_are_not(string setting, string destination) => Assert.False(Contain(destination, setting));

    [Fact]
    public void Endpoints_take_the_place_of_urls() =>
        Assert.False(Contain("http://localhost:8080", "urls=http://127.0.0.1:8080", "Kestrel:Endpoints:a:Url=http://127.0.0.1:9090"));

    [Fact]
    public void An_address_of_this_machine_is_one_of_a_listener_on_all()
    {
        var own = Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault();
        Assert.SkipWhen(own is null, "this machine has no address of its own");
        Assert.True(Contain($"http://{own}:8080", "urls=http://*:8080"));
        Assert.True(Contain($"http://{Environment.MachineName}:8080", "urls=http://*:8080"));
    }

    [Theory]
    [InlineData("--upstream", "http://localhost:7", "--urls", "http://127.0.0.1:7")]
    [InlineData("--upstream", "http://127.0.0.1:7", "--urls", "http://127.0.0.1:8", "--admin-url", "http://127.0.0.1:7")]
    [InlineData("--upstream", "http://localhost:8080")]
    public async Task The_program_says_so_in_one_line_and_does_not_start(params string[] arguments)
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains($"is the gateway's own address, got \"{arguments[1]}\"", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static bool Contain(string destination, params string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).Select(setting => KeyValuePair.Create(setting[0], (string?)setting[1]));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var admin = GatewaySettings.Load(configuration, new StartupErrors(), requireRoutes: false).Admin;
        return new OwnAddresses(configuration, admin).Contain(destination);
    }
}
