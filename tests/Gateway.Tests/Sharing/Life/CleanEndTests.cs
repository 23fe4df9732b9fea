using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>The upstream ends its stream: that is the clients' end too, and it is dialled when one of them asks.</summary>
public sealed class CleanEndTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_get_all_events_and_then_an_end_with_a_time_to_come_back(bool framed)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", Browser.NoCache]);
        var exchange = await upstream.NextAsync();
        await EndingAsync(exchange, Share.Events(1, 3), framed);
        using var first = await client.ReadResponseAsync();
        Assert.Matches($"^{Share.Events(1, 3)}retry: [0-9]+\n\n$", await first.ReadTextAsync());
        await RestsAsync(gateway);
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>Nobody has been there all the while who could have missed something.</summary>
    [Fact]
    public async Task Upstream_without_ids_begins_anew_and_no_gap_is_told()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => EndingAsync(exchange, "data: a\n\ndata: b\n\n", framed: true));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        for (var poll = 0; poll < 3; poll++)
        {
            using var response = await gateway.OpenAsEventSourceAsync();
            Assert.Matches("^(retry: [0-9]+\n\n)?data: a\n\ndata: b\n\nretry: [0-9]+\n\n$", await response.ReadTextAsync());
        }
    }

    /// <summary>A counter that was restarted: only who brings a cursor has missed something, at whatever moment the others have got their heads.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upstream_that_counts_anew_has_left_nothing_out_for_a_client_that_comes_only_then(bool silentAtFirst)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var first = await ReadToTheEndAsync(gateway, upstream);

        const string Anew = "event: hello\ndata: x\n\n";
        const string One = "id: 1\ndata: anew\n\n";
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        if (!silentAtFirst) await again.SendAsync(Anew + One);
        using var fresh = await client.ReadResponseAsync();
        if (silentAtFirst) await again.SendAsync(Anew + One);
        await fresh.ExpectAsync("live", Anew + One);

        using var back = await gateway.OpenAsync("/events", "Last-Event-ID: 3");
        await back.ExpectAsync("exact", Anew + Share.Gap("3", "1", "upstream") + One);
        await again.SendAsync(Share.Event(2));
        await fresh.ExpectAsync(Share.Event(2));
        await back.ExpectAsync(Share.Event(2));

        // A loss is everybody's who is there.
        again.Cut();
        var last = await upstream.NextAsync();
        await last.StartStreamAsync();
        await last.SendAsync("id: 1\ndata: once more\n\n");
        await fresh.ExpectAsync(Share.Gap("2", "1", "upstream"));
    }

    [Fact]
    public async Task Client_on_http2_gets_the_same_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => EndingAsync(exchange, Share.Events(1, 3), framed: true));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. GatewayUnderTest.Http2Endpoint]);
        using var client = gateway.CreateHttp2Client();
        client.DefaultRequestHeaders.Add("Accept", "text/event-stream");
        client.DefaultRequestHeaders.Add("Cache-Control", "no-cache");
        var text = await Deadline.ForAsync(client.GetStringAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Matches($"^{Share.Events(1, 3)}retry: [0-9]+\n\n$", text);
    }

    [Fact]
    public async Task Upstream_is_dialled_when_a_client_asks_and_goes_on_after_its_last_id()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var first = await ReadToTheEndAsync(gateway, upstream);
        await time.PassAsync(5);
        Assert.Equal(1, upstream.RequestCount);

        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 2"]);
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        using var back = await client.ReadResponseAsync();
        await back.ExpectAsync("exact", Share.Events(3, 4));
    }

    /// <summary>A service that is stopped politely ends its streams, and is away for a moment: nobody is refused for that.</summary>
    [Fact]
    public async Task Clients_that_come_back_before_the_upstream_does_are_kept()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var first = await ReadToTheEndAsync(gateway, upstream);

        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 2"]);
        (await upstream.NextAsync()).Reset();
        using var back = await client.ReadResponseAsync();
        await back.ExpectAsync("exact", Share.Event(3));
        await (await upstream.NextAsync()).AnswerAsync(503, "text/plain", "starting");
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        await back.ExpectAsync(Share.Event(4));
    }

    /// <summary>Its own pace, when it has said one; not all at the same moment.</summary>
    [Fact]
    public async Task Clients_are_told_what_the_upstream_has_asked_for()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenEventSourceAsync(upstream);
        await exchange.SendAsync("retry: 70000\n\n" + Share.Event(1));
        await exchange.EndAsync();
        var text = await first.ReadTextAsync();
        var told = int.Parse(text[(text.LastIndexOf("retry: ", StringComparison.Ordinal) + 7)..].TrimEnd(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(told, 70_000, 140_000);
        first.Dispose();
    }

    [Fact]
    public async Task Streams_that_end_soon_are_asked_for_less_and_less_often()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => EndingAsync(exchange, "data: a\n\ndata: b\n\n", framed: true));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);

        // A client that comes back at once, whatever it is told.
        var stop = new CancellationTokenSource();
        var asking = AskAsync(gateway, stop.Token);
        await Deadline.UntilAsync(() => upstream.RequestCount == 1);
        Assert.True(await time.PassUntilAsync(() => upstream.RequestCount == 7) > 20);
        await stop.CancelAsync();
        await asking;
    }

    /// <summary>Whoever comes before it is due is not kept waiting: there is a log.</summary>
    [Fact]
    public async Task Client_that_comes_before_the_upstream_is_due_gets_what_there_is_at_once()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var first = await ReadToTheEndAsync(gateway, upstream);
        using var back = await gateway.OpenAsync("/events", "Last-Event-ID: 1");
        await back.ExpectAsync("exact", Share.Events(2, 3));
        Assert.Equal(1, upstream.RequestCount);
        await time.PassUntilAsync(() => upstream.RequestCount == 2);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        await back.ExpectAsync(Share.Event(4));
    }

    private static async Task AskAsync(GatewayUnderTest gateway, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
            await using var leaving = stop.Register(client.Dispose);
            try
            {
                if (await client.TryReadResponseAsync() is { } response) await response.ReadToEndAsync();
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task EndingAsync(UpstreamExchange exchange, string events, bool framed)
    {
        if (framed)
        {
            await exchange.StartStreamAsync();
            await exchange.SendAsync(events);
            await exchange.EndAsync();
        }
        else
        {
            // HTTP/1.0's way: the end of the connection is the end of the answer.
            await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + events);
            exchange.Cut();
        }
    }

    /// <summary>The first life of a shared stream: three events, a clean end, and an upstream that is left alone.</summary>
    private static async Task<RawResponse> ReadToTheEndAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Events(1, 3));
        await exchange.EndAsync();
        Assert.EndsWith("\n\n", await response.ReadTextAsync(), StringComparison.Ordinal);
        await RestsAsync(gateway);
        return response;
    }

    private static Task RestsAsync(GatewayUnderTest gateway) =>
        Deadline.UntilAsync(() => gateway.Services.GetRequiredService<SharedStreams>().Streams.Single().Rests, "the upstream to be left alone");
}
