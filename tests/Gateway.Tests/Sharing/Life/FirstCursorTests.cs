using System.Text;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Transport.Client;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>The upstream is dialled for the first time for a client that has been here before: after a restart, or after the linger time.</summary>
public sealed partial class FirstCursorTests
{
    [Theory]
    [InlineData("/events", "Last-Event-ID: 121")]
    [InlineData("/events?lastEventId=121", null)]
    public async Task Upstream_is_asked_for_what_the_client_has_missed(string target, string? field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var client = await gateway.BeginAsync("GET", target, ["Accept: text/event-stream", .. field is null ? Array.Empty<string>() : [field]]);
        var exchange = await upstream.NextAsync();
        Assert.Equal(("121", "/events"), (exchange.Request.Value("Last-Event-ID"), exchange.Request.Target));
        await exchange.StartStreamAsync();
        await exchange.SendAsync(Share.Events(122, 126));
        using var response = await client.ReadResponseAsync();
        await response.ExpectAsync("exact", Share.Events(122, 126));

        // Who comes later with the same cursor gets the same.
        using var late = await gateway.OpenAsync("/events", "Last-Event-ID: 121");
        await late.ExpectAsync("exact", Share.Events(122, 126));
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData("5", "3", "7", "3")]
    [InlineData("room-5", "room-4", "room-9", "room-4")]
    [InlineData("", "4", "6", "4")]
    public async Task Of_several_that_wait_the_oldest_cursor_counts_and_nobody_misses_anything(string one, string other, string third, string oldest)
    {
        var prefix = oldest.StartsWith("room-", StringComparison.Ordinal) ? "room-" : "";
        string Frames(int first, int last) => Share.Events(first, last).Replace("id: ", "id: " + prefix, StringComparison.Ordinal);
        var areAllThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await Deadline.UntilAsync(() => exchange.Request.Value("Last-Event-ID") == oldest || exchange.Finished.IsCompleted);
            await Task.WhenAny(areAllThere.Task, exchange.Finished);
            await exchange.StartStreamAsync();
            await exchange.SendAsync(Frames(int.Parse(oldest[prefix.Length..], System.Globalization.CultureInfo.InvariantCulture) + 1, 8));
            await exchange.SendAsync(Frames(9, 9));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var shared = gateway.Services.GetRequiredService<SharedStreams>();
        var clients = new List<RawClient>();
        foreach (var cursor in new[] { one, other, third })
        {
            string[] field = cursor.Length == 0 ? [] : [$"Last-Event-ID: {cursor}"];
            clients.Add(await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", .. field]));
            await Deadline.UntilAsync(() => shared.Streams.Sum(stream => stream.Users) == clients.Count);
        }

        areAllThere.SetResult();
        foreach (var (client, cursor) in clients.Zip([one, other, third]))
        {
            using var response = await client.ReadResponseAsync();
            if (cursor.Length == 0)
            {
                // What the upstream says for the others' cursors first and what it says by itself cannot be told apart: it gets both.
                await response.ExpectAsync("live", Frames(5, 9));
                continue;
            }

            var after = int.Parse(cursor[prefix.Length..], System.Globalization.CultureInfo.InvariantCulture);
            await response.ExpectAsync("exact", after < 9 ? Frames(after + 1, 9) : "");
        }
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("", "id: 9\ndata: 9\n\n")]
    [InlineData("", "id: 1\ndata: 1\n\n")]
    [InlineData("Sse-Resume: gap", "id: 5\ndata: 5\n\n")]
    public async Task Client_is_told_when_the_upstream_does_not_go_on_after_it(string field, string first)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 4"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync(field.Length == 0 ? [] : [field]);
        await exchange.SendAsync(first);
        using var response = await client.ReadResponseAsync();
        await response.ExpectAsync("gap", Share.Gap("4", first[4..5], "upstream") + first);
    }

    /// <summary>It has no cursor after which anything could be missing.</summary>
    [Fact]
    public async Task Client_that_waits_beside_one_that_is_told_is_not_told()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var returning = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 4"]);
        var exchange = await upstream.NextAsync();
        using var fresh = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await Deadline.UntilAsync(() => gateway.Services.GetRequiredService<SharedStreams>().Streams.Single().Users == 2);
        await exchange.StartStreamAsync();
        await exchange.SendAsync(Share.Event(9));
        using var told = await returning.ReadResponseAsync();
        await told.ExpectAsync("gap", Share.Gap("4", "9", "upstream") + Share.Event(9));
        using var other = await fresh.ReadResponseAsync();
        await other.ExpectAsync("live", Share.Event(9));
    }

    /// <summary>Nothing is claimed before the first id has come.</summary>
    [Theory]
    [InlineData("id: 5\ndata: 5\n\n", "")]
    [InlineData("id: 7\ndata: 7\n\n", "7")]
    public async Task Silent_upstream_leaves_open_what_became_of_the_cursor(string first, string gapAt)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 4");
        Assert.False(response.Head.Has("Sse-Resume"));
        await exchange.SendAsync(first);
        await response.ExpectAsync((gapAt.Length == 0 ? "" : Share.Gap("4", gapAt, "upstream")) + first);
        response.Dispose();
    }

    /// <summary>They are this gateway's, and of a stream that is over.</summary>
    [Fact]
    public async Task Gateways_own_ids_are_not_sent_to_the_upstream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway"));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 0123456789abcdef-7");
        Assert.False(exchange.Request.Has("Last-Event-ID"));
        Assert.Equal("gap", response.Head.Value("Sse-Resume"));
        response.Dispose();
    }

    /// <summary>Whether a client is early is settled before the dial can start: what the upstream sends with its head is the first client's too.</summary>
    [Fact]
    public async Task Client_gets_all_that_comes_between_its_asking_and_its_response()
    {
        var shared = new SharedStreamUnderTest(new SharingSettings());
        using var connections = new Both();
        var first = shared.Enter();
        await shared.Shared.Feed.WriteAsync("data: with the head\n\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var second = shared.Enter();
        await shared.Shared.Feed.WriteAsync("data: a moment later\n\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal((0, 1), (first.Asked.Number, second.Asked.Number));
        shared.Join(connections.First, first);
        shared.Join(connections.Second, second);
        Assert.Equal("data: with the head\n\ndata: a moment later\n\n", await ReceivedAsync(connections.First, 2));
        Assert.Equal("data: a moment later\n\n", await ReceivedAsync(connections.Second, 1));
    }

    // So many chunks.
    private static async Task<string> ReceivedAsync(DirectConnection connection, int count)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (Chunks(text.ToString()).Length < count)
        {
            var length = await Deadline.ForAsync(token => connection.Peer.ReceiveAsync(buffer, token), "the events");
            text.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return string.Concat(Chunks(text.ToString()));
    }

    private static string[] Chunks(string text) => [.. Chunk().Matches(text).Select(chunk => chunk.Groups[1].Value)];

    [GeneratedRegex("[0-9a-f]+\r\n((?:.|\n)*?\n\n)\r\n")]
    private static partial Regex Chunk();

    private sealed class Both : IDisposable
    {
        public DirectConnection First { get; } = new();

        public DirectConnection Second { get; } = new();

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
