using System.Globalization;
using System.Net;
using System.Text;
using LoadTests.Clients;
using LoadTests.Clients.Http2;
using LoadTests.Origins;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace LoadTests.Tests.Clients.Http2;

public sealed class Http2ConnectionsTests : IDisposable
{
    // What a server of Kestrel allows on a connection.
    private const int Allowed = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public Http2ConnectionsTests() => _limit.CancelAfter(Patience);

    private CancellationToken Limit => _limit.Token;

    [Theory]
    [InlineData(25, 10, 3)]
    [InlineData(20, 1, 20)]
    [InlineData(Allowed + 1, 1000, 2)]
    public async Task Streams_share_connections_and_another_is_made_when_all_are_full(int streams, int each, int connections)
    {
        await using var served = await ServeAsync(SilentAsync, each);

        var open = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => served.OpenAsync()));

        // Those who come at once may have found the one that was told to take fewer full before there was another.
        Assert.InRange(served.Connections, connections, each > Allowed ? streams : connections);
        Array.ForEach(open, stream => stream.Dispose());
    }

    [Fact]
    public async Task A_place_that_was_left_is_taken_again()
    {
        await using var served = await ServeAsync(SilentAsync, each: 1);

        for (var i = 0; i < 5; i++)
        {
            (await served.OpenAsync()).Dispose();
        }

        Assert.Equal(1, served.Connections);
    }

    [Fact]
    public async Task A_refusal_says_when_to_come_back()
    {
        var refused = await RefusedAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "7");
            return Task.CompletedTask;
        });

        Assert.Equal((503, TimeSpan.FromSeconds(7)), (refused.Status, refused.RetryAfter));
    }

    [Fact]
    public async Task A_stream_of_a_known_length_is_a_refusal_with_its_retry()
    {
        var refused = await RefusedAsync(async context =>
        {
            var refusal = "retry: 3000\nevent: gateway.refused\ndata: full\n\n"u8.ToArray();
            (context.Response.ContentType, context.Response.ContentLength) = ("text/event-stream", refusal.Length);
            await context.Response.Body.WriteAsync(refusal);
        });

        Assert.Equal((200, TimeSpan.FromSeconds(3)), (refused.Status, refused.RetryAfter));
    }

    [Fact]
    public async Task A_stream_that_is_not_read_holds_up_no_other_and_gets_all_when_it_is()
    {
        // Several windows.
        const int Events = 4000;
        await using var served = await ServeAsync(context => EventsAsync(context, Events));
        using var slow = await served.OpenAsync();
        using var other = await served.OpenAsync();

        var (othersEnd, others) = await ReadAsync(other);
        var (slowsEnd, slows) = await ReadAsync(slow);

        Assert.Equal((StreamEnd.Whole, StreamEnd.Whole, 1), (othersEnd, slowsEnd, served.Connections));
        Assert.Equal(Enumerable.Range(1, Events), others);
        Assert.Equal(Enumerable.Range(1, Events), slows);
    }

    [Fact]
    public async Task Reading_goes_on_after_it_was_cancelled()
    {
        const int Events = 2000;
        await using var served = await ServeAsync(context => EventsAsync(context, Events));
        using var stream = await served.OpenAsync();
        var got = new List<int>();

        for (var end = (StreamEnd?)null; end is null;)
        {
            using var some = CancellationTokenSource.CreateLinkedTokenSource(Limit);
            var most = got.Count + 100;
            try
            {
                end = await stream.ReadAsync(
                    frame =>
                    {
                        Add(got, frame);
                        if (got.Count == most)
                        {
                            // Not within the handler.
                            _ = some.CancelAsync();
                        }
                    },
                    some.Token);
            }
            catch (OperationCanceledException) when (!Limit.IsCancellationRequested)
            {
                // And again.
            }
        }

        Assert.Equal(Enumerable.Range(1, Events), got);
    }

    [Fact]
    public async Task A_frame_that_is_too_long_is_the_trouble_of_its_stream_alone()
    {
        await using var served = await ServeAsync(context => context.Request.Path == "/long" ? LongAsync(context) : EventsAsync(context, 500));
        using var tooLong = await served.OpenAsync("/long");
        using var other = await served.OpenAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => tooLong.ReadAsync(_ => { }, Limit));
        var (end, got) = await ReadAsync(other);

        Assert.Equal((StreamEnd.Whole, 500), (end, got.Count));
    }

    [Fact]
    public async Task Streams_are_cut_when_the_server_is_gone()
    {
        await using var served = await ServeAsync(SilentAsync);
        using var stream = await served.OpenAsync();

        await served.Origin.DisposeAsync();

        Assert.Equal(StreamEnd.Cut, await stream.ReadAsync(_ => { }, Limit));
    }

    public void Dispose() => _limit.Dispose();

    private async Task<Served> ServeAsync(RequestDelegate serve, int each = 10) =>
        new(await Origin.StartAsync(HttpProtocols.Http2, serve, Limit), new Http2Connections(each), Limit);

    private async Task<StreamRefusedException> RefusedAsync(RequestDelegate serve)
    {
        await using var served = await ServeAsync(serve);
        return await Assert.ThrowsAsync<StreamRefusedException>(() => served.OpenAsync());
    }

    private async Task<(StreamEnd End, List<int> Numbers)> ReadAsync(EventStreamConnection stream)
    {
        var numbers = new List<int>();
        return (await stream.ReadAsync(frame => Add(numbers, frame), Limit), numbers);
    }

    private static void Add(List<int> numbers, SseGateway.Protocol.Frame frame)
    {
        if (frame.TryGetData(out var data))
        {
            numbers.Add(int.Parse(Encoding.ASCII.GetString(data), CultureInfo.InvariantCulture));
        }
    }

    private static async Task SilentAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task EventsAsync(HttpContext context, int count)
    {
        await Origin.StartStreamAsync(context);
        for (var i = 1; i <= count; i++)
        {
            await context.Response.WriteAsync($": {new string('x', 60)}\ndata: {i}\n\n", context.RequestAborted);
        }
    }

    private static async Task LongAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        await context.Response.WriteAsync($"data: {new string('x', 2000)}\n\n", context.RequestAborted);
    }

    /// <summary>An origin, and the connections to it.</summary>
    private sealed class Served(Origin origin, Http2Connections shared, CancellationToken limit) : IAsyncDisposable
    {
        public Origin Origin => origin;

        /// <summary>How many there have been.</summary>
        public int Connections => shared.Opened;

        public Task<EventStreamConnection> OpenAsync(string path = "/events") => EventStreamConnection.OpenAsync(
            new StreamRequest(new IPEndPoint(IPAddress.Loopback, new Uri(origin.Url).Port), path) { Shared = shared }, "", limit);

        public async ValueTask DisposeAsync()
        {
            shared.Dispose();
            await origin.DisposeAsync();
        }
    }
}
