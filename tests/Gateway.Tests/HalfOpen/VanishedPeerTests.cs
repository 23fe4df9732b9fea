using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.HalfOpen;

/// <summary>
/// Peers that are gone without FIN or reset: catalogue 7.4.12 and 10.1.5. What ends their streams are the kernel's timers, so
/// real time has to pass here: a minute at most; a busy machine is given some more.
/// </summary>
public sealed class VanishedPeerTests
{
    private const int Port = 8080;
    private const int Http2Port = 8081;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);

    [Fact]
    [Trait("Case", "7.4.12")]
    [Trait("Case", "10.1.5")]
    public async Task Who_vanishes_without_a_word_is_gone_within_a_minute()
    {
        await using var hosts = await TwoHosts.CreateOrSkipAsync();
        await using var near = hosts.Near.Run(() => ScriptedUpstream.Start(TwoHosts.NearAddress));
        await using var far = hosts.Far.Run(() => ScriptedUpstream.Start(TwoHosts.FarAddress));
        await using var gateway = GatewayProcess.StartIn(
            hosts.Near.Name,
            [
                $"--Kestrel:Endpoints:Http:Url=http://{TwoHosts.NearAddress}:{Port}",
                $"--Kestrel:Endpoints:Http2:Url=http://{TwoHosts.NearAddress}:{Http2Port}",
                "--Kestrel:Endpoints:Http2:Protocols=Http2",
                .. GatewayUnderTest.Route("default", "/default", near.Url)
                    .Concat(GatewayUnderTest.Route("silent", "/silent", near.Url))
                    .Concat(GatewayUnderTest.Route("far", "/far", far.Url)).Select(setting => "--" + setting),
                "--SseGateway:Timeouts:Unacknowledged=20s",
                "--SseGateway:Routes:silent:Heartbeat=0",
                "--SseGateway:Routes:far:Heartbeat=0",
            ]);
        await gateway.AddressAsync();

        var withHeartbeats = await OpenAsync(hosts.Far, "/default", near);
        var silent = await OpenAsync(hosts.Far, "/silent", near);
        var (http2Exchange, http2Client) = await OpenHttp2Async(hosts.Far, "/silent", near);
        var living = await OpenAsync(hosts.Near, "/silent", near);
        var ofFarUpstream = await OpenAsync(hosts.Near, "/far", far);
        using (withHeartbeats.Response)
        using (silent.Response)
        using (http2Client)
        using (living.Response)
        using (ofFarUpstream.Response)
        {
            await hosts.CutOffAsync();

            var since = Stopwatch.StartNew();
            await Task.WhenAll(
                ReportAsync("a client of a stream with heartbeats", withHeartbeats.Exchange.WaitForPeerCloseAsync(Patience)),
                ReportAsync("a client of a silent stream", silent.Exchange.WaitForPeerCloseAsync(Patience)),
                ReportAsync("an HTTP/2 client of a silent stream", http2Exchange.WaitForPeerCloseAsync(Patience)),
                ReportAsync("the upstream of a silent stream", ofFarUpstream.Response.ReadToEndAsync(Patience)));
            Assert.NotEqual(BodyEnding.Clean, (await ofFarUpstream.Response.ReadToEndAsync()).Ending);

            // Who is there and just silent stays.
            await living.Exchange.SendAsync("data: on\n\n");
            await living.Response.ExpectAsync("data: on\n\n");
            // Where nothing was sent it is the kernel, or HTTP/2's ping, that closes the connection, and does not say why.
            Assert.Equal(1, await CountEndsAsync("vanished", 1));
            Assert.Equal(2, await CountEndsAsync("clientClosed", 2));
            Assert.Equal(1, await CountEndsAsync("upstreamFailed", 1));

            async Task ReportAsync(string who, Task gone)
            {
                await gone;
                TestContext.Current.TestOutputHelper?.WriteLine($"{who} was gone after {since.Elapsed.TotalSeconds:0.0} s");
            }
        }

        async Task<int> CountEndsAsync(string reason, int expected)
        {
            var count = 0;
            await Deadline.UntilAsync(
                () =>
                {
                    count = gateway.Console.Split("closed: " + reason).Length - 1;
                    return count >= expected;
                },
                $"{expected} streams ended by {reason}; the gateway said: {gateway.Console}");
            return count;
        }
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync(NetworkNamespace from, string path, ScriptedUpstream upstream)
    {
        var client = await from.Run(() => RawClient.ConnectAsync(new IPEndPoint(TwoHosts.NearAddress, Port)));
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        return (exchange, response);
    }

    private static async Task<(UpstreamExchange Exchange, Http2Client Client)> OpenHttp2Async(NetworkNamespace from, string path, ScriptedUpstream upstream)
    {
        var client = Http2Client.Create(
            new Uri($"http://{TwoHosts.NearAddress}:{Http2Port}"), () =>
                from.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)));
        var asking = client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        Assert.Equal(HttpStatusCode.OK, (await Deadline.ForAsync(asking)).StatusCode);
        return (exchange, client);
    }
}
