using Gateway.Tests.Client;
using Microsoft.AspNetCore.Http;
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
        Assert.Equal(isEventSource ? Dialect.EventSource : Dialect.Other, DialectSigns.Of(Request(fields)));

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
        Assert.Equal(Dialect.DurableStreams, DialectSigns.Of(Request("Accept: */*", query: query)));

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
    public void Another_query_is_none(string query) => Assert.Equal(Dialect.Other, DialectSigns.Of(Request("Accept: */*", query: query)));

    [Fact]
    public void A_durable_stream_is_told_by_its_answer_too()
    {
        var answer = new HeaderDictionary { ["stream-next-offset"] = "00_16" };
        Assert.Equal(Dialect.DurableStreams, DialectOf(Request("Accept: */*"), answer));
        Assert.Equal(Dialect.EventSource, DialectOf(Request("Accept: text/event-stream|Cache-Control: no-cache"), answer));
        Assert.Equal(Dialect.Other, DialectOf(Request("Accept: */*", "POST"), answer));
        Assert.Equal(Dialect.Other, DialectOf(Request("Accept: */*"), new HeaderDictionary()));

        static Dialect DialectOf(HttpRequest request, HeaderDictionary answer) => Reader.Of(request).With(answer).Dialect;
    }

    [Theory]
    [InlineData("Accept: text/event-stream|Cache-Control: no-cache", "")]
    [InlineData("Accept: application/json, text/event-stream|MCP-Protocol-Version: 2025-11-25|Mcp-Session-Id: a", "")]
    [InlineData("Accept: */*", "?live=sse")]
    public void A_post_is_none_of_them(string fields, string query) => Assert.Equal(Dialect.Other, DialectSigns.Of(Request(fields, "POST", query)));

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

    private static HttpRequest Request(string fields, string method = "GET", string query = "")
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.QueryString = new QueryString(query);
        foreach (var field in fields.Split('|'))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            request.Headers.Append(field[..colon], field[(colon + 1)..]);
        }

        return request;
    }
}
