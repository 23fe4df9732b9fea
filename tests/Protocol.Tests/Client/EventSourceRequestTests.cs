using System.Text;
using Protocol.Tests.Server;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue 5.1 and 4.4: what the client sends.</summary>
public class EventSourceRequestTests
{
    [Fact, Trait("Catalogue", "5.1.1, 5.1.2, 5.1.3, 4.4.1, 5.1.7")]
    public async Task A_request_is_a_GET_without_a_body_that_asks_for_an_uncached_event_stream()
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync("data: a\n\n"));
        await new RecordedSource(server.Url).RunAsync();
        Assert.Equal(2, server.Requests.Count);
        foreach (var request in server.Requests)
        {
            Assert.Equal("GET", request.Method);
            Assert.Equal("text/event-stream", request.Header("Accept"));
            Assert.Equal("no-cache", request.Header("Cache-Control"));
            Assert.Null(request.Header("Content-Length"));
            Assert.Null(request.Header("Transfer-Encoding"));
            Assert.Null(request.Header("Last-Event-ID"));
            Assert.Null(request.Header("Accept-Encoding"));
        }
    }

    [Fact, Trait("Catalogue", "5.1.5, 4.4.14")]
    public async Task Method_headers_and_body_are_sent_again_with_a_reconnect()
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync("id: 1\ndata: a\n\n"));
        var options = new EventSourceOptions
        {
            Method = new HttpMethod("REPORT"),
            Body = Encoding.UTF8.GetBytes("""{"hello": "world"}"""),
            Headers = [new("X-One", "1"), new("X-Two", "caf\u00e9"), new("Accept", "application/json, text/event-stream")],
        };
        await new RecordedSource(server.Url, options).RunAsync();
        Assert.Equal(2, server.Requests.Count);
        foreach (var request in server.Requests)
        {
            Assert.Equal(("REPORT", """{"hello": "world"}"""), (request.Method, request.Body));
            Assert.Equal("application/json", request.Header("Content-Type"));
            Assert.Equal(("1", Latin1OfUtf8("caf\u00e9")), (request.Header("X-One"), request.Header("X-Two")));
            Assert.Equal("application/json, text/event-stream", request.Header("Accept"));
        }
        Assert.Equal("1", server.Requests[1].Header("Last-Event-ID"));
    }

    [Fact, Trait("Catalogue", "5.1.6")]
    public async Task The_address_is_sent_as_written_without_its_fragment()
    {
        await using var server = new ScriptedServer();
        const string target = "/c/%2F%20a?x=a%20b+c&x=&y=%E2%82%AC";
        await new RecordedSource(new Uri(server.Url, target + "#part")).RunAsync();
        Assert.Equal(target, server.Requests[0].Target);
    }

    [Fact]
    public async Task The_token_is_asked_for_with_each_attempt()
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync("data: a\n\n"), exchange => exchange.StreamAsync("data: b\n\n"));
        string?[] tokens = ["one", "two", null];
        var calls = 0;
        var options = new EventSourceOptions { AccessToken = _ => ValueTask.FromResult(tokens[calls++]) };
        await new RecordedSource(server.Url, options).RunAsync();
        Assert.Equal(["Bearer one", "Bearer two", null], server.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task A_token_with_a_line_end_is_never_sent()
    {
        await using var server = new ScriptedServer();
        var options = new EventSourceOptions { AccessToken = _ => ValueTask.FromResult<string?>("x\r\nX-Evil: 1") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => new RecordedSource(server.Url, options).RunAsync());
        Assert.Empty(server.Requests);
    }

    [Fact, Trait("Catalogue", "4.4.2, 4.4.3")]
    public async Task The_last_id_is_sent_also_when_later_events_have_none()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("id: abc\ndata: a\n\n"),
            exchange => exchange.StreamAsync("id: def\ndata: b\n\ndata: c\n\n"));
        await new RecordedSource(server.Url).RunAsync();
        Assert.Equal([null, "abc", "def"], server.Requests.Select(request => request.Header("Last-Event-ID")));
    }

    [Theory]
    [InlineData("4.4.4", "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n", "3")]
    [InlineData("4.4.5", "id: abc\ndata: a\n\nid:\ndata: b\n\n", null)]
    [InlineData("4.4.6", "id: a\0b\ndata: a\n\n", null)]
    [InlineData("4.4.7", "id: \u2026\ndata: a\n\n", "\u2026")]
    [InlineData("4.4.8", "id: \u00e9-\ud83d\ude00\ndata: a\n\n", "\u00e9-\ud83d\ude00")]
    [InlineData("4.4.11", "id: a<b>\"c\",d;e=f\ndata: a\n\n", "a<b>\"c\",d;e=f")]
    [InlineData("1.6.8", "id: 1\ndata: a\n\nid: 2\n\n", "2")]
    [InlineData("1.9.5", "id: 1\ndata: a\n\nid: 2\ndata: b", "1")]
    [InlineData("1.9.6", "id: 1\ndata: a\n\nid: 2\n", "1")]
    public async Task The_id_after_a_stream_is_what_a_reconnect_sends(string catalogueId, string stream, string? expected)
    {
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync(stream));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.NotEmpty(catalogueId);
        Assert.Equal(expected is null ? null : Latin1OfUtf8(expected), server.Requests[1].Header("Last-Event-ID"));
        Assert.Equal(expected ?? "", source.Source.LastEventId);
    }

    [Theory, Trait("Catalogue", "4.4.11")]
    [InlineData(255)]
    [InlineData(4096)]
    public async Task A_long_id_is_sent_whole(int length)
    {
        var id = new string('a', length);
        await using var server = new ScriptedServer(exchange => exchange.StreamAsync($"id: {id}\ndata: a\n\n"));
        await new RecordedSource(server.Url).RunAsync();
        Assert.Equal(id, server.Requests[1].Header("Last-Event-ID"));
    }

    [Fact, Trait("Catalogue", "4.4.9")]
    public async Task The_id_is_kept_over_a_connection_without_ids()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("id: 5\ndata: a\n\n"),
            exchange => exchange.StreamAsync("data: b\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal([null, "5", "5"], server.Requests.Select(request => request.Header("Last-Event-ID")));
        Assert.Equal(new ServerSentEvent("message", "b", "5"), source.Events[1]);
    }

    [Fact, Trait("Catalogue", "4.4.10, 4.4.13")]
    public async Task An_id_from_the_application_is_sent_first_and_replaced_by_the_streams()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.StreamAsync("data: a\n\nid: 5\ndata: b\n\n"),
            exchange => exchange.StreamAsync("id: 9\ndata: c\n\n"));
        var source = new RecordedSource(server.Url, new EventSourceOptions { LastEventId = "abc" });
        await source.RunAsync();
        Assert.Equal(["abc", "5", "9"], server.Requests.Select(request => request.Header("Last-Event-ID")));
        Assert.Equal(["abc", "5", "9"], source.Events.Select(item => item.LastEventId));
    }

    private static string Latin1OfUtf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
