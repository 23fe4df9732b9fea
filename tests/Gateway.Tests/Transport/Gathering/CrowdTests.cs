using System.Net;
using System.Net.Security;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Tls;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Client.Frames;
using Xunit;

namespace Gateway.Tests.Transport.Gathering;

/// <summary>Many streams of one connection whose events are gathered, and what can happen to the connection meanwhile.</summary>
public sealed class CrowdTests : IDisposable
{
    private const int Count = 60;

    private readonly OwnCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_crowd_has_been_sent_arrives_before_the_gateway_stops(bool tls)
    {
        // Frame by frame: HttpClient drops what has come of a stream and has not been read when the stream is reset.
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, tls);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, window: int.MaxValue, Trusted(tls));
        await client.AllowAsync(stream: 0, int.MaxValue - 65_535);
        var exchanges = await OpenAsync(upstream, client);
        var bursts = Enumerable.Range(0, Count).Select(i => string.Concat(Enumerable.Repeat($"data: {i}\n\n", 20))).ToArray();

        await Task.WhenAll(exchanges.Select((exchange, i) => exchange.SendAsync(bursts[i])));
        await Deadline.UntilAsync(() => gateway.Streams.Streams.All(stream => stream.Bytes >= bursts[0].Length));
        var stop = gateway.BeginStop(TestContext.Current.CancellationToken);

        var received = new string[Count];
        while (received.Where((text, i) => (text ?? "").Length < bursts[i].Length).Any())
        {
            var data = await client.ReadToAsync(frame => frame.Type == Http2FrameType.Data) ?? throw new IOException("closed before all had come");
            received[data.Stream / 2] += System.Text.Encoding.UTF8.GetString(data.Payload);
        }

        Assert.All(bursts, (burst, i) => Assert.StartsWith(burst, received[i], StringComparison.Ordinal));
        await Deadline.ForAsync(stop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_in_the_middle_of_a_crowd_ends_all_its_streams_and_gives_their_places_back(bool tls)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, tls);
        using var client = Http2Client.Create(gateway.Address, tls: Trusted(tls));
        var open = await OpenAsync(upstream, client);

        var floods = open.Select(stream => Record.ExceptionAsync(() => FloodAsync(stream.Exchange)).AsTask()).ToArray();
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Sum(stream => stream.Frames) > Count * 10);
        client.Drop();

        foreach (var (exchange, _) in open) await exchange.WaitForPeerCloseAsync();
        await Deadline.ForAsync(Task.WhenAll(floods));
        await Deadline.UntilAsync(() => !gateway.Streams.Streams.Any());
    }

    /// <summary>As a client does that was stopped (SIGSTOP): its kernel acknowledges, and nobody reads.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_reads_nothing_does_not_keep_the_gateway_from_stopping(bool tls)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, tls);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, window: int.MaxValue, Trusted(tls));
        await client.AllowAsync(stream: 0, int.MaxValue - 65_535);
        var floods = new List<Task<Exception?>>();
        for (var stream = 1; stream < 20; stream += 2)
        {
            await client.GetAsync(stream, "/events");
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            floods.Add(Record.ExceptionAsync(() => FloodAsync(exchange)).AsTask());
        }

        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count() == floods.Count && gateway.Streams.Streams.All(stream => stream.Writing));
        await Deadline.ForAsync(gateway.BeginStop(TestContext.Current.CancellationToken));
        await Deadline.ForAsync(Task.WhenAll(floods));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ping_is_answered_in_the_middle_of_a_crowd_and_after_it(bool tls)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, tls);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, window: int.MaxValue, Trusted(tls));
        await client.AllowAsync(stream: 0, int.MaxValue - 65_535);
        var exchanges = await OpenAsync(upstream, client);
        for (byte i = 0; i < 20; i++)
        {
            if (i < 10) await Task.WhenAll(exchanges.Select(exchange => exchange.SendAsync("data: a\n\n")));
            await client.SendAsync(new Http2Frame(Http2FrameType.Ping, 0, [i, 0, 0, 0, 0, 0, 0, 0]));
            var answer = await client.ReadToAsync(frame => frame.Type == Http2FrameType.Ping);
            Assert.Equal(i, answer!.Payload[0]);
        }
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, bool tls) =>
        GatewayUnderTest.StartAsync(upstream, [.. tls ? _certificate.Endpoint : GatewayUnderTest.Http2Endpoint, "SseGateway:Heartbeat=0"]);

    private SslClientAuthenticationOptions? Trusted(bool tls) => tls ? _certificate.Trusted : null;

    private static async Task<List<(UpstreamExchange Exchange, Stream Body)>> OpenAsync(ScriptedUpstream upstream, HttpClient client)
    {
        var open = new List<(UpstreamExchange, Stream)>();
        for (var i = 0; i < Count; i++)
        {
            var asking = client.GetAsync(
                new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            var response = await Deadline.ForAsync(asking);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
            open.Add((exchange, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        return open;
    }

    private static async Task<List<UpstreamExchange>> OpenAsync(ScriptedUpstream upstream, RawHttp2Client client)
    {
        var exchanges = new List<UpstreamExchange>();
        for (var stream = 1; stream < 2 * Count; stream += 2)
        {
            await client.GetAsync(stream, "/events");
            exchanges.Add(await upstream.NextAsync());
            await exchanges[^1].StartStreamAsync();
        }

        return exchanges;
    }

    // More than the kernel and the windows take.
    private static async Task FloodAsync(UpstreamExchange exchange)
    {
        var event100 = $"data: {new string('x', 92)}\n\n";
        var some = string.Concat(Enumerable.Repeat(event100, 40));
        for (var i = 0; i < 20_000; i++) await exchange.SendAsync(some);
    }
}
