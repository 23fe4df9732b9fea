using Gateway.Tests.Client;
using Microsoft.AspNetCore.Http;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>Who reads a stream is told from the heads alone, and in doubt it is nobody that the gateway may talk to.</summary>
public sealed class DialectSignsTests
{
    [Theory]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache", true)]
    [InlineData("Accept: Text/Event-Stream|Cache-Control: No-Cache", true)]
    [InlineData("accept:  text/event-stream\t|cache-control:  no-cache ", true)]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache|Pragma: no-cache", true)]
    [InlineData("Accept: text/event-stream|Cache-Control: max-age=0 , no-cache", true)]
    [InlineData("Accept: text/event-stream|Cache-Control: max-age=0|Cache-Control: no-cache", true)]
    [InlineData("Accept: text/event-stream", false)]
    [InlineData("Accept: text/event-stream|Cache-Control: no-store", false)]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache, no-store", false)]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache|Cache-Control: no-store", false)]
    [InlineData("Accept: text/event-stream|Cache-Control: max-age=0", false)]
    [InlineData("Accept: text/event-stream|Cache-Control: x-no-cache", false)]
    [InlineData("Accept: text/event-stream|Pragma: no-cache", false)]
    [InlineData("Accept: text/event-stream;q=1|Cache-Control: no-cache", false)]
    [InlineData("Accept: text/event-stream; charset=utf-8|Cache-Control: no-cache", false)]
    [InlineData("Accept: text/event-stream, */*|Cache-Control: no-cache", false)]
    [InlineData("Accept: application/json, text/event-stream|Cache-Control: no-cache", false)]
    [InlineData("Accept: text/event-stream|Accept: application/json|Cache-Control: no-cache", false)]
    [InlineData("Accept: text/event-stream|Accept: text/event-stream|Cache-Control: no-cache", false)]
    [InlineData("Accept: */*|Cache-Control: no-cache", false)]
    [InlineData("Cache-Control: no-cache", false)]
    [InlineData("Accept: text/event-stream|User-Agent: Mozilla/5.0|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", false)]
    public void An_event_source_accepts_event_streams_alone_and_no_cached_answer(string fields, bool isEventSource) =>
        Assert.Equal(isEventSource ? Dialect.EventSource : Dialect.None, DialectSigns.Of(Request(fields)));

    [Fact]
    public void Chromium_is_an_event_source() =>
        Assert.Equal(Dialect.EventSource, DialectSigns.Of(Request(string.Join('|', Browser.EventSourceFields))));

    [Theory]
    [InlineData("MCP-Protocol-Version: 2025-11-25")]
    [InlineData("mcp-protocol-version: 2025-06-18|Accept: text/event-stream")]
    [InlineData("Mcp-Session-Id: 1868a90c")]
    [InlineData("MCP-SESSION-ID: 1868a90c|Accept: text/event-stream|Cache-Control: no-cache")]
    [InlineData("Mcp-Method: subscriptions/listen")]
    public void Any_of_the_fields_of_mcp_makes_a_get_its_stream(string fields) => Assert.Equal(Dialect.Mcp, DialectSigns.Of(Request(fields)));

    [Theory]
    [InlineData("?live=sse")]
    [InlineData("?offset=-1&live=sse")]
    [InlineData("?live=sse&cursor=7")]
    [InlineData("?%6Cive=%73se")]
    public void A_live_read_of_a_durable_stream_is_told_by_its_query(string query) =>
        Assert.Equal(Dialect.DurableStreams, DialectSigns.Of(Request("Accept: */*", target: query)));

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?live=long-poll")]
    [InlineData("?alive=sse")]
    [InlineData("?live=sse2")]
    [InlineData("?live=")]
    [InlineData("?live")]
    [InlineData("?q=live=sse")]
    [InlineData("?q=100%")]
    public void Another_query_is_none(string query) => Assert.Equal(Dialect.None, DialectSigns.Of(Request("Accept: */*", target: query)));

    [Fact]
    public void A_durable_stream_is_told_by_its_answer_too()
    {
        var answer = new HeaderDictionary { ["stream-next-offset"] = "00_16" };
        Assert.Equal(Dialect.DurableStreams, DialectOf(Request("Accept: */*"), answer));
        Assert.Equal(Dialect.EventSource, DialectOf(Request("Accept: text/event-stream|Cache-Control: no-cache"), answer));
        Assert.Equal(Dialect.None, DialectOf(Request("Accept: */*", "POST"), answer));
        Assert.Equal(Dialect.None, DialectOf(Request("Accept: */*"), new HeaderDictionary()));

        static Dialect DialectOf(HttpRequest request, HeaderDictionary answer) => Reader.Of(request).With(answer).Dialect;
    }

    [Theory]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache", "")]
    [InlineData("Accept: */*", "?live=sse")]
    public void A_post_is_neither_an_event_source_nor_a_live_read(string fields, string query) =>
        Assert.Equal(Dialect.None, DialectSigns.Of(Request(fields, "POST", query)));

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "Accept: application/json", Dialect.OpenAI)]
    [InlineData("POST", "/openai/deployments/gpt/chat/completions", "Accept: */*", Dialect.OpenAI)]
    [InlineData("POST", "/v1/completions/", "Accept: */*", Dialect.OpenAI)]
    [InlineData("GET", "/v1/chat/completions", "Accept: */*", Dialect.None)]
    [InlineData("POST", "/v1/chat/completionsx", "Accept: */*", Dialect.None)]
    [InlineData("POST", "/v1/responses", "Accept: */*", Dialect.OpenAIResponses)]
    [InlineData("GET", "/v1/responses/resp_1?stream=true&starting_after=7", "Accept: */*", Dialect.OpenAIResponses)]
    [InlineData("GET", "/v1/responses/resp_1", "Accept: */*", Dialect.None)]
    [InlineData("GET", "/responses?stream=true", "Accept: */*", Dialect.None)]
    [InlineData("POST", "/v1/responses/resp_1/cancel", "Accept: */*", Dialect.None)]
    [InlineData("POST", "/v1/messages", "Accept: application/json", Dialect.Anthropic)]
    [InlineData("POST", "/claude", "anthropic-version: 2023-06-01", Dialect.Anthropic)]
    [InlineData("POST", "/v1/messages/count_tokens", "Accept: */*", Dialect.None)]
    [InlineData("POST", "/mcp", "MCP-Protocol-Version: 2025-11-25|Mcp-Session-Id: a", Dialect.Mcp)]
    [InlineData("POST", "/mcp/responses", "Mcp-Method: tools/call", Dialect.Mcp)]
    [InlineData("POST", "/graphql", "x-graphql-event-stream-token: t", Dialect.GraphQL)]
    [InlineData("GET", "/hub?id=1", "User-Agent: Microsoft SignalR/8.0 (8.0.0; Linux; .NET)", Dialect.SignalR)]
    [InlineData("GET", "/hub?id=1", "Accept: text/event-stream|Cache-Control: no-cache|X-SignalR-User-Agent: Microsoft SignalR/8.0", Dialect.SignalR)]
    [InlineData("GET", "/hub?id=1", "Accept: text/event-stream|Cache-Control: no-cache|User-Agent: Mozilla/5.0", Dialect.EventSource)]
    [InlineData("GET", "/hub", "User-Agent: Microsoft SignalR/8.0", Dialect.None)]
    [InlineData("POST", "/events", "Accept: text/event-stream", Dialect.None)]
    public void An_sdk_is_told_by_what_it_asks_for_and_its_fields(string method, string target, string fields, object dialect) =>
        Assert.Equal((Dialect)dialect, DialectSigns.Of(Request(fields, method, target)));

    [Theory]
    [InlineData("POST", "/api/chat", "x-vercel-ai-ui-message-stream: v1", Dialect.UiMessages)]
    [InlineData("GET", "/api/chat/1/stream", "x-vercel-ai-ui-message-stream: v1", Dialect.UiMessages)]
    [InlineData("POST", "/api/responses", "x-vercel-ai-ui-message-stream: v1", Dialect.UiMessages)]
    [InlineData("POST", "/threads/a/runs/stream", "Content-Location: /threads/a/runs/b", Dialect.LangGraph)]
    [InlineData("GET", "/x", "Location: /threads/a/runs/b/stream", Dialect.LangGraph)]
    [InlineData("POST", "/x", "Location: /runs/a/threads/b", Dialect.None)]
    [InlineData("POST", "/v1/responses", "Content-Location: /threads/a/runs/b", Dialect.OpenAIResponses)]
    public void Some_are_told_by_the_answer(string method, string target, string field, object dialect)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var answer = new HeaderDictionary { [field[..colon]] = field[(colon + 1)..].Trim() };
        Assert.Equal((Dialect)dialect, Reader.Of(Request("Accept: */*", method, target)).With(answer).Dialect);
        Assert.Equal(Dialect.AgUi, Reader.Of(Request("Accept: */*", method, target), Dialect.AgUi).With(answer).Dialect);
    }

    [Fact]
    public void What_a_route_says_holds_but_for_a_browsers_event_source()
    {
        var fetch = Request("Accept: */*", "POST", "/v1/chat/completions");
        Assert.Equal(Dialect.None, DialectSigns.Of(fetch, Dialect.None));
        Assert.Equal(Dialect.AgUi, DialectSigns.Of(fetch, Dialect.AgUi));
        var browser = Request(string.Join('|', Browser.EventSourceFields));
        Assert.Equal(Dialect.EventSource, DialectSigns.Of(browser, Dialect.None));
        Assert.Equal(Dialect.EventSource, DialectSigns.Of(browser, Dialect.OpenAI));
    }

    [Theory]
    [InlineData("Gateway-Notices: on", true)]
    [InlineData("gateway-notices: On", true)]
    [InlineData("Gateway-Notices:  on ", true)]
    [InlineData("Gateway-Notices: off", false)]
    [InlineData("Gateway-Notices: ", false)]
    [InlineData("Gateway-Notices: only", false)]
    [InlineData("Gateway-Notices: on|Gateway-Notices: off", false)]
    [InlineData("Accept: text/event-stream", false)]
    public void Whoever_wants_notices_says_on(string fields, bool asks) => Assert.Equal(asks, DialectSigns.AsksForNotices(Request(fields)));

    private static HttpRequest Request(string fields, string method = "GET", string target = "")
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        request.Path = question < 0 ? target : target[..question];
        request.QueryString = new QueryString(question < 0 ? "" : target[question..]);
        foreach (var field in fields.Split('|'))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            request.Headers.Append(field[..colon], field[(colon + 1)..]);
        }

        return request;
    }
}
