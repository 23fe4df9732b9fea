using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Configuration.Reading;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class ReverseProxyCheckTests
{
    private static readonly string[] Right = ["Routes:r:ClusterId=c", "Routes:r:Match:Path={**x}", "Clusters:c:Destinations:d:Address=http://127.0.0.1:1"];

    [Fact]
    public async Task What_yarp_takes_gives_no_error()
    {
        Assert.Empty(await CheckAsync(Right));
    }

    [Theory]
    [InlineData("Routes:r:ClusterId=cc", "ReverseProxy:Routes:r:ClusterId: there is no cluster \"cc\"; did you mean c?")]
    [InlineData("Routes:r:Match:Path={", "ReverseProxy:Routes:r: Invalid path")]
    [InlineData("Routes:q:ClusterId=c", "ReverseProxy:Routes:q: Route 'q' requires Hosts or Path specified")]
    [InlineData("Routes:r:Match:Methods:0=GE T", "ReverseProxy:Routes:r: Unsupported HTTP method")]
    [InlineData("Routes:r:CorsPolicy=default", "ReverseProxy:Routes:r:CorsPolicy: is not supported; use SseGateway:Cors (or SseGateway:Routes:r:Cors)")]
    [InlineData("Routes:r:AuthorizationPolicy=default", "ReverseProxy:Routes:r:AuthorizationPolicy: is not supported; use SseGateway:Authentication")]
    [InlineData("Routes:r:Timeout=00:00:05", "ReverseProxy:Routes:r:Timeout: is not supported; use SseGateway:Timeouts")]
    [InlineData("Routes:r:Order=first", "ReverseProxy: cannot be read: ")]
    [InlineData("Clusters:c:LoadBalancingPolicy=Best", "ReverseProxy:Clusters:c: No matching ILoadBalancingPolicy found")]
    [InlineData("Clusters:c:Destinations:d:Address=127.0.0.1",
        "ReverseProxy:Clusters:c:Destinations:d:Address: must have a scheme (http://127.0.0.1?), got \"127.0.0.1\"")]
    [InlineData("Clusters:e:LoadBalancingPolicy=Random", "ReverseProxy:Clusters:e:Destinations: there are none")]
    public async Task What_it_does_not_take_is_named_in_our_list(string setting, string beginning)
    {
        Assert.Contains(await CheckAsync([.. Right, setting]), line => line.StartsWith(beginning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_errors_come_together()
    {
        Assert.Equal(3, (await CheckAsync([.. Right, "Routes:r:ClusterId=x", "Clusters:e:LoadBalancingPolicy=Best", "Routes:r:Match:Path={"])).Count(line =>
            !line.Contains("there are none", StringComparison.Ordinal)));
    }

    private static async Task<IReadOnlyList<string>> CheckAsync(string[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var setting in settings)
        {
            values[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        var services = new ServiceCollection();
        services.AddLogging().AddRouting();
        services.AddReverseProxy().LoadFromConfig(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        await using var provider = services.BuildServiceProvider();
        var errors = new StartupErrors();
        await ReverseProxyCheck.CheckAsync(provider, errors);
        return errors.Lines;
    }
}
