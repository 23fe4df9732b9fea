using Protocol.Tests.Server;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue 4.2.6 to 4.2.8, 4.1.9 and 11.2.12: the application ends it, time ends it, size ends it.</summary>
public class EventSourceEndTests
{
    private static readonly Func<Exchange, TaskCompletionSource, Task> ManyEvents = async (exchange, closed) =>
    {
        await exchange.StreamHeadAsync();
        await exchange.ChunkAsync("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n");
        await exchange.PeerCloseAsync();
        closed.SetResult();
    };

    [Fact, Trait("Catalogue", "4.2.6, 4.2.7")]
    public async Task Leaving_the_loop_closes_the_connection_and_gives_no_further_event()
    {
        var closed = new TaskCompletionSource();
        await using var server = new ScriptedServer(exchange => ManyEvents(exchange, closed));
        var source = new RecordedSource(server.Url);
        await source.RunAsync(item => item.Data != "3");
        await closed.Task.WaitAsync(Deadline.Token);
        Assert.Equal(["open", "1", "2", "3", "closed"], source.Log);
        Assert.Single(server.Requests);
    }

    [Fact, Trait("Catalogue", "4.2.7")]
    public async Task Close_in_an_event_ends_the_enumeration_without_an_exception()
    {
        var closed = new TaskCompletionSource();
        await using var server = new ScriptedServer(exchange => ManyEvents(exchange, closed));
        var source = new RecordedSource(server.Url);
        await source.RunAsync(item =>
        {
            if (item.Data == "2")
                source.Source.Close();
            return true;
        });
        await closed.Task.WaitAsync(Deadline.Token);
        Assert.Equal(["open", "1", "2", "closed"], source.Log);
    }

    [Fact, Trait("Catalogue", "4.2.6")]
    public async Task Cancelling_closes_the_connection_while_the_application_still_handles_an_event()
    {
        var closed = new TaskCompletionSource();
        await using var server = new ScriptedServer(exchange => ManyEvents(exchange, closed));
        var source = new EventSource(server.Url);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in source.ReadAsync(stop.Token))
            {
                seen++;
                await stop.CancelAsync();
                await closed.Task.WaitAsync(Deadline.Token);
            }
        });
        Assert.Equal((1, EventSourceState.Closed), (seen, source.State));
        Assert.Single(server.Requests);
    }

    [Fact, Trait("Catalogue", "4.2.6")]
    public async Task Cancelling_before_the_head_closes_the_connection_and_nothing_opens()
    {
        var closed = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.PeerCloseAsync();
            closed.SetResult();
        });
        var source = new RecordedSource(server.Url);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(cancellationToken: stop.Token);
        await server.NextRequestAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await closed.Task.WaitAsync(Deadline.Token);
        Assert.Equal(["closed"], source.Log);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_a_reconnect()
    {
        var source = new RecordedSource(ScriptedServer.ClosedUrl(), moveClock: false);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(cancellationToken: stop.Token);
        await source.LogReachesAsync(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["error(Connecting, NoAnswer)", "closed"], source.Log);
    }

    [Fact]
    public async Task A_second_enumeration_is_refused_while_one_runs_and_goes_on_where_it_ended()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("id: 1\ndata: a\n\nid: 2\ndata: b\n\n"),
            exchange => exchange.StreamAsync("data: c\n\n"));
        var source = new RecordedSource(server.Url);
        await using (var first = source.Source.ReadAsync(Deadline.Token).GetAsyncEnumerator(Deadline.Token))
        {
            Assert.True(await first.MoveNextAsync());
            await Assert.ThrowsAsync<InvalidOperationException>(() => source.RunAsync());
        }
        await source.RunAsync();
        Assert.Equal("c", source.Events[0].Data);
        Assert.Equal([null, "1", "1"], server.Requests.Select(request => request.Header("Last-Event-ID")));
    }

    [Fact, Trait("Catalogue", "4.2.8")]
    public async Task The_next_bytes_are_read_only_when_the_next_event_is_asked_for()
    {
        var body = new PiecewiseStream("data: 1\n\ndata: 2\n\ndata: 3\n\n"u8.ToArray(), [9, 18]);
        using var http = new HttpMessageInvoker(new CannedHandler(body));
        var reads = new List<int>();
        await new RecordedSource(new Uri("http://127.0.0.1/"), http: http).RunAsync(_ =>
        {
            reads.Add(body.Reads);
            return true;
        });
        Assert.Equal([1, 2, 3], reads);
    }

    [Fact, Trait("Catalogue", "4.1.9")]
    public async Task A_silent_stream_is_left_and_any_byte_starts_the_time_anew()
    {
        var body = new HandFedStream();
        using var http = new HttpMessageInvoker(new CannedHandler(body));
        var source = new RecordedSource(new Uri("http://127.0.0.1/"), new EventSourceOptions { ReadTimeout = TimeSpan.FromSeconds(10) }, http);
        var running = source.RunAsync();
        body.Feed("data: a\n\n");
        for (var i = 0; i < 5; i++)
        {
            await body.IsWaitedForAsync();
            source.Clock.Advance(TimeSpan.FromSeconds(9));
            body.Feed(":\n");
        }
        await body.IsWaitedForAsync();
        Assert.Equal(["open", "a"], source.Log);
        source.Clock.Advance(TimeSpan.FromSeconds(10));
        await running;
        Assert.Equal(["open", "a", "error(Connecting, ReadTimeout)", "error(Closed, NoContent)"], source.Log);
    }

    [Fact]
    public async Task A_stream_with_a_heartbeat_is_left_when_three_beats_are_missing()
    {
        var body = new HandFedStream();
        using var http = new HttpMessageInvoker(new CannedHandler(body));
        var source = new RecordedSource(new Uri("http://127.0.0.1/"), http: http);
        var running = source.RunAsync();
        body.Feed("data: a\n\n");
        for (var i = 0; i < 3; i++)
        {
            await body.IsWaitedForAsync();
            source.Clock.Advance(TimeSpan.FromSeconds(15));
            body.Feed(":\n");
        }
        await body.IsWaitedForAsync();
        source.Clock.Advance(TimeSpan.FromSeconds(44));
        Assert.Equal(["open", "a"], source.Log);
        source.Clock.Advance(TimeSpan.FromSeconds(1));
        await running;
        Assert.Equal(["open", "a", "error(Connecting, ReadTimeout)", "error(Closed, NoContent)"], source.Log);
    }

    [Theory]
    [InlineData(true, 1, 5, 20, 70)] // no rhythm
    [InlineData(false, 15, 15, 15, 15)] // not wanted
    public async Task A_stream_that_speaks_when_there_is_news_may_be_silent(bool byRhythm, params int[] silences)
    {
        var body = new HandFedStream();
        using var http = new HttpMessageInvoker(new CannedHandler(body));
        var source = new RecordedSource(new Uri("http://127.0.0.1/"), new EventSourceOptions { ReadTimeoutByRhythm = byRhythm }, http);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(cancellationToken: stop.Token);
        body.Feed("data: a\n\n");
        foreach (var seconds in silences)
        {
            await body.IsWaitedForAsync();
            source.Clock.Advance(TimeSpan.FromSeconds(seconds));
            body.Feed(":\n");
        }
        await body.IsWaitedForAsync();
        source.Clock.Advance(TimeSpan.FromHours(1));
        body.Feed("data: b\n\n");
        await source.LogReachesAsync(3);
        Assert.Equal(["open", "a", "b"], source.Log);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact, Trait("Catalogue", "4.1.8")]
    public async Task A_head_that_does_not_come_in_time_is_tried_again()
    {
        await using var server = new ScriptedServer(exchange => exchange.PeerCloseAsync());
        var source = new RecordedSource(server.Url, new EventSourceOptions { HeadTimeout = TimeSpan.FromSeconds(5) });
        var running = source.RunAsync();
        await server.NextRequestAsync();
        source.Clock.Advance(TimeSpan.FromSeconds(5));
        await running;
        Assert.Equal(["error(Connecting, HeadTimeout)", "error(Closed, NoContent)"], source.Log);
    }

    [Fact, Trait("Catalogue", "11.2.12")]
    public async Task An_event_over_the_limit_is_a_final_error_that_names_the_limit()
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync($"data: a\n\ndata: {new string('x', 100_000)}\n\n"));
        var source = new RecordedSource(server.Url, new EventSourceOptions { MaxEventBytes = 50_000 });
        var failure = await source.RunToFailureAsync();
        Assert.Equal(EventSourceFailure.EventTooLarge, failure.Failure);
        Assert.Equal(50_000, Assert.IsType<FrameTooLargeException>(failure.InnerException).MaxFrameBytes);
        Assert.Equal(["open", "a", "error(Closed, EventTooLarge)"], source.Log);
        Assert.Single(server.Requests);
    }

    [Theory, Trait("Catalogue", "2.3.1, 2.3.2, 2.3.3, 2.3.4, 2.3.5, 2.3.6, 2.3.7")]
    [InlineData(1024)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8192)]
    [InlineData(16385)]
    [InlineData(65536)]
    [InlineData(131073)]
    [InlineData(1048576)]
    [InlineData(10485760)]
    public async Task Long_lines_arrive_whole(int length)
    {
        var data = new string('x', length - "data: ".Length);
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync($"data: {data}\n\ndata: next\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal([data.Length, 4], source.Events.Select(item => item.Data.Length));
        Assert.True(source.Events[0].Data == data);
    }

    [Fact, Trait("Catalogue", "2.4.3, 2.4.5")]
    public async Task A_hundred_thousand_events_and_comments_arrive_in_order()
    {
        var stream = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"data: {i}\n\n:\n"));
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync(stream));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => i.ToString()), source.Events.Select(item => item.Data));
    }
}
