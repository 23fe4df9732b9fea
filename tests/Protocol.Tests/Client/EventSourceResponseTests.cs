using System.Net;
using Protocol.Tests.Server;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue group 3: which answers are a stream, and what becomes of the others.</summary>
public class EventSourceResponseTests
{
    [Fact, Trait("Catalogue", "3.1.1, 4.1.1")]
    public async Task The_source_opens_at_the_head_before_any_event()
    {
        var opened = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.StreamHeadAsync();
            await opened.Task.WaitAsync(Deadline.Token);
            await exchange.ChunkAsync("data: a\n\n");
            await exchange.LastChunkAsync();
        });
        var source = new RecordedSource(server.Url, new EventSourceOptions());
        var running = source.RunAsync();
        await source.LogReachesAsync(1);
        Assert.Equal(["open"], source.Log);
        Assert.Equal(EventSourceState.Open, source.Source.State);
        opened.SetResult();
        await running;
        Assert.Equal(["open", "a", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
    }

    [Fact]
    public async Task A_plain_HttpClient_gives_events_before_the_body_ends()
    {
        var received = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.StreamHeadAsync();
            await exchange.ChunkAsync("data: a\n\n");
            await received.Task.WaitAsync(Deadline.Token);
            await exchange.LastChunkAsync();
        });
        using var client = new HttpClient();
        var source = new RecordedSource(server.Url, http: client);
        await source.RunAsync(_ => received.TrySetResult());
        Assert.Equal(["open", "a", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
    }

    [Fact, Trait("Catalogue", "3.1.2")]
    public async Task Status_204_ends_the_enumeration_after_one_request()
    {
        await using var server = new ScriptedServer();
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["error(Closed, NoContent)"], source.Log);
        Assert.Equal(EventSourceState.Closed, source.Source.State);
        Assert.Single(server.Requests);
    }

    [Theory, Trait("Catalogue", "3.1.3, 3.1.4, 3.1.5, 3.1.12")]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(203)]
    [InlineData(206)]
    [InlineData(210)]
    [InlineData(299)]
    [InlineData(300)]
    [InlineData(305)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Any_other_status_is_final_even_with_a_stream_in_its_body(int status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status, "text/event-stream", "data: x\n\n", "Retry-After: 2"));
        var source = new RecordedSource(server.Url);
        var failure = await source.RunToFailureAsync();
        Assert.Equal((EventSourceFailure.Status, (HttpStatusCode)status), (failure.Failure, failure.StatusCode!.Value));
        Assert.Contains(status.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal(["error(Closed, Status)"], source.Log);
        Assert.Single(server.Requests);
    }

    [Theory, Trait("Catalogue", "3.1.3, 3.1.12")]
    [InlineData(205)]
    [InlineData(304)]
    public async Task A_status_without_a_body_is_final(int status)
    {
        await using var server = new ScriptedServer(exchange => exchange.HeadAsync(status));
        var failure = await new RecordedSource(server.Url).RunToFailureAsync();
        Assert.Equal(((HttpStatusCode)status, 1), (failure.StatusCode!.Value, server.Requests.Count));
    }

    [Fact]
    public async Task A_refusal_carries_the_beginning_of_its_body()
    {
        const string problem = """{"title":"Too many streams","status":403}""";
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(403, "application/problem+json", problem));
        var failure = await new RecordedSource(server.Url).RunToFailureAsync();
        Assert.Equal((problem, "application/problem+json"), (failure.BodyExcerpt, failure.ContentType));

        await using var chatty = new ScriptedServer(exchange => exchange.AnswerAsync(500, "text/plain", new string('x', 100_000)));
        Assert.Equal(4096, (await new RecordedSource(chatty.Url).RunToFailureAsync()).BodyExcerpt!.Length);
    }

    [Theory, Trait("Catalogue", "3.2.1, 1.8.11, 1.8.12")]
    [InlineData("text/event-stream")]
    [InlineData("text/event-stream;")]
    [InlineData("text/event-stream; charset=utf-8")]
    [InlineData("Text/Event-Stream")]
    [InlineData("text/event-stream;charset=\"UTF-8\";x=y")]
    [InlineData("text/event-stream; charset=windows-1252")]
    [InlineData("text/html, text/event-stream")]
    public async Task A_content_type_whose_essence_is_event_stream_opens(string contentType)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(200, contentType, "data: ok\u2026\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["ok\u2026"], source.Events.Select(item => item.Data));
    }

    [Theory, Trait("Catalogue", "3.2.2")]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("text/x-bogus")]
    [InlineData("x bogus")]
    [InlineData("text/event-streamx")]
    [InlineData("application/x-ndjson")]
    [InlineData("*/*")]
    [InlineData("")]
    [InlineData("text/event-stream, text/html")]
    [InlineData("text/html;a=\"x, text/event-stream\"")]
    public async Task Any_other_content_type_is_final(string contentType)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(200, contentType, "data: x\n\n"));
        var source = new RecordedSource(server.Url);
        Assert.Equal(EventSourceFailure.ContentType, (await source.RunToFailureAsync()).Failure);
        Assert.Equal(["error(Closed, ContentType)"], source.Log);
        Assert.Single(server.Requests);
    }

    [Fact, Trait("Catalogue", "3.2.3")]
    public async Task A_missing_content_type_is_final()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(200, "data: x\n\n", []));
        var failure = await new RecordedSource(server.Url).RunToFailureAsync();
        Assert.Equal((EventSourceFailure.ContentType, null), (failure.Failure, failure.ContentType));
    }

    [Fact, Trait("Catalogue", "3.1.11")]
    public async Task Interim_answers_are_passed_over()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.RawAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            await exchange.StreamAsync("data: a\n\n");
        });
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["a"], source.Events.Select(item => item.Data));
    }

    [Theory, Trait("Catalogue", "3.3.1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\ndata: a\n\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\nConnection: close\r\n\r\ndata: a\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: a\n\n")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: a\n\n")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;ext=\"a b\"\r\ndata:\r\n0004\r\n"
            + " a\n\n\r\n0\r\nX-T: 1\r\n\r\n")]
    public async Task Every_framing_gives_the_event_a_regular_end_and_a_reconnect(string answer)
    {
        await using var server = new ScriptedServer(exchange => exchange.RawAsync(answer));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["open", "a", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
    }

    [Theory, Trait("Catalogue", "3.3.2, 3.3.3, 3.3.4, 3.3.5")]
    [InlineData("Content-Length: 100\r\n\r\ndata: a\n\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n", "zz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n", "XX\r\n")]
    public async Task A_body_that_is_cut_or_garbled_keeps_its_events_and_is_told_from_a_regular_end(string body, string rest)
    {
        var received = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.RawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + body);
            // HttpClient drops a chunk that it reads in one go with a garbled one.
            await received.Task.WaitAsync(Deadline.Token);
            await exchange.RawAsync(rest);
        });
        var source = new RecordedSource(server.Url);
        await source.RunAsync(_ => received.TrySetResult());
        Assert.Equal(["open", "a", "error(Connecting, Broken)", "error(Closed, NoContent)"], source.Log);
    }
}
