using Protocol.Tests.Server;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue 4.2 and 4.3: how streams end, when the next connection comes, and in which order it is told.</summary>
public class EventSourceReconnectTests
{
    [Fact, Trait("Catalogue", "4.2.2")]
    public async Task An_unfinished_event_is_dropped_and_not_joined_with_the_next_connection()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("data: a\n\ndata: b"),
            exchange => exchange.StreamAsync("data: c\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["a", "c"], source.Events.Select(item => item.Data));
    }

    [Theory, Trait("Catalogue", "4.2.3, 4.2.4")]
    [InlineData("data: a\n\n")]
    [InlineData("data: a\n\ndata: b")]
    public async Task A_reset_loses_no_event_and_leads_to_a_new_request(string body)
    {
        var received = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.StreamHeadAsync();
            await exchange.ChunkAsync(body);
            // A reset may overtake bytes that the client has not read yet.
            await received.Task.WaitAsync(Deadline.Token);
            exchange.Reset();
        });
        var source = new RecordedSource(server.Url);
        await source.RunAsync(_ => received.TrySetResult());
        Assert.Equal(["open", "a", "error(Connecting, Broken)", "error(Closed, NoContent)"], source.Log);
    }

    [Fact, Trait("Catalogue", "4.2.5, 4.3.6")]
    public async Task Refused_connections_are_tried_again_later_and_later_but_never_sooner_than_the_retry_time()
    {
        var source = new RecordedSource(ScriptedServer.ClosedUrl(), new EventSourceOptions { ReconnectDelay = TimeSpan.FromMilliseconds(300) });
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(cancellationToken: stop.Token);
        await source.LogReachesAsync(12);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.All(source.Waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(66)));
        Assert.True(source.Waits[8] > TimeSpan.FromSeconds(30));
        Assert.Equal("error(Connecting, NoAnswer)", source.Log[0]);
        Assert.Equal("closed", source.Log[^1]);
    }

    [Theory, Trait("Catalogue", "4.2.5")]
    [InlineData("")]
    [InlineData("HTTP/1.1 2")]
    public async Task An_answer_that_breaks_off_before_its_head_is_tried_again(string beginning)
    {
        await using var server = new ScriptedServer(
            exchange => exchange.RawAsync(beginning),
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            exchange => exchange.StreamAsync("data: a\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        // HttpClient itself asks once more where a connection was closed without a byte of an answer.
        Assert.Equal("error(Connecting, NoAnswer)", source.Log[0]);
        Assert.Equal(["open", "a", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log.SkipWhile(entry => entry == source.Log[0]));
        Assert.All(source.Waits, wait => Assert.True(wait >= TimeSpan.FromSeconds(3)));
    }

    [Fact, Trait("Catalogue", "4.3.1")]
    public async Task The_reconnection_time_is_three_seconds_unless_the_stream_sets_one()
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync("data: a\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.InRange(Assert.Single(source.Waits), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.3));
    }

    [Theory]
    [InlineData("4.3.2", "retry: 1500\ndata: x\n\n")]
    [InlineData("4.3.3", "retry: 1500\nretry: 300x\ndata: x\n\n")]
    [InlineData("1.7.8", "data: x\n\nretry: 1500\ndata: part")]
    public async Task The_retry_time_of_the_stream_is_waited_for(string catalogueId, string stream)
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync(stream));
        var source = new RecordedSource(server.Url, new EventSourceOptions { ReconnectJitter = 0.25 }, moveClock: false);
        var running = source.RunAsync();
        await server.NextRequestAsync();
        await source.LogReachesAsync(3);
        Assert.NotEmpty(catalogueId);
        Assert.InRange(source.Waits[0], TimeSpan.FromMilliseconds(1500), TimeSpan.FromMilliseconds(1875));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), source.Source.ReconnectDelay);
        source.Clock.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.Equal((1, EventSourceState.Connecting), (server.Requests.Count, source.Source.State));
        source.Clock.Advance(source.Waits[0] - TimeSpan.FromMilliseconds(1499));
        await server.NextRequestAsync();
        await running;
    }

    [Fact, Trait("Catalogue", "4.3.4, 4.3.5")]
    public async Task The_retry_time_outlives_the_connection_until_another_one_comes()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("retry: 300\ndata: a\n\n"),
            exchange => exchange.StreamAsync("data: b\n\n"),
            exchange => exchange.StreamAsync("retry: 1000\n\n"));
        var source = new RecordedSource(server.Url, new EventSourceOptions { ReconnectJitter = 0 });
        await source.RunAsync();
        Assert.Equal([300, 300, 1000], source.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact, Trait("Catalogue", "4.3.9")]
    public async Task A_server_that_says_retry_0_and_closes_at_once_is_not_hammered()
    {
        await using var server = new ScriptedServer([.. Enumerable.Repeat<Func<Exchange, Task>>(exchange => exchange.StreamAsync("retry: 0\n\n"), 5)]);
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(5, source.Waits.Count);
        foreach (var (i, wait) in source.Waits.Index())
            Assert.InRange(wait.TotalMilliseconds, 100 << i, 110 << i);
        Assert.Equal(TimeSpan.Zero, source.Source.ReconnectDelay);
    }

    [Fact, Trait("Catalogue", "1.9.7")]
    public async Task Streams_that_end_without_a_byte_are_opened_and_then_count_as_failures_in_a_row()
    {
        await using var server = new ScriptedServer([.. Enumerable.Repeat<Func<Exchange, Task>>(exchange => exchange.StreamAsync(""), 5)]);
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["open", "error(Connecting, Ended)", "open"], source.Log.Take(3));
        Assert.True(source.Waits[4] > TimeSpan.FromSeconds(20));
    }

    [Fact, Trait("Catalogue", "4.3.7, 4.2.1")]
    public async Task Openings_events_and_errors_are_told_in_order()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("retry: 100\ndata: opened\n\n"),
            exchange => exchange.StreamAsync("data: reconnected\n\n"));
        var source = new RecordedSource(server.Url);
        Assert.Equal(EventSourceState.Connecting, source.Source.State);
        await source.RunAsync();
        Assert.Equal(["open", "opened", "error(Connecting, Ended)", "open", "reconnected", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory, Trait("Catalogue", "4.3.8")]
    [InlineData(404, "text/plain", EventSourceFailure.Status)]
    [InlineData(200, "text/html", EventSourceFailure.ContentType)]
    public async Task A_bad_answer_to_a_reconnect_is_final(int status, string contentType, EventSourceFailure expected)
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("data: a\n\n"),
            exchange => exchange.AnswerAsync(status, contentType, "no"));
        var source = new RecordedSource(server.Url);
        Assert.Equal(expected, (await source.RunToFailureAsync()).Failure);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory, Trait("Catalogue", "3.1.5")]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task An_overloaded_server_is_asked_again_after_its_Retry_After_when_the_application_wants_it(int status)
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync(status, "text/plain", "busy", "Retry-After: 20"),
            exchange => exchange.AnswerAsync(status, "text/plain", "busy"),
            exchange => exchange.StreamAsync("data: a\n\n"),
            exchange => exchange.AnswerAsync(501, "text/plain", "not here"));
        var source = new RecordedSource(server.Url, new EventSourceOptions { RetryWhenOverloaded = true });
        Assert.Equal(501, (int)(await source.RunToFailureAsync()).StatusCode!.Value);
        Assert.InRange(source.Waits[0], TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22));
        Assert.InRange(source.Waits[1], TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7));
        Assert.Equal(["error(Connecting, Status)", "error(Connecting, Status)", "open", "a", "error(Connecting, Ended)", "error(Closed, Status)"], source.Log);
    }
}
