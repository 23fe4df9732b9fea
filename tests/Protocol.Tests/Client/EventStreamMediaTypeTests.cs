using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Fetch, "extract a MIME type": the last value that is one counts.</summary>
public class EventStreamMediaTypeTests
{
    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("TEXT/Event-Stream;charset=utf-8", true)]
    [InlineData("\t text/event-stream ;a=b", true)]
    [InlineData("text/html, text/event-stream", true)]
    [InlineData("text/event-stream, text/html", false)]
    [InlineData("text/event-stream, text", true)]
    [InlineData("text/event-stream, /html", true)]
    [InlineData("text/event-stream, text/", true)]
    [InlineData("text/event-stream, a/b/c", true)]
    [InlineData("text/event-stream, te xt/html", true)]
    [InlineData("text/event-stream, */*", true)]
    [InlineData("text/event-stream,;text/html", true)]
    [InlineData("text/event-stream, text/*", false)]
    [InlineData("text/html;a=\",text/event-stream\"", false)]
    [InlineData("text/html;a=\",text/event-stream;\"", false)]
    [InlineData("text/event-stream;a=\"\\\",text/html\"", true)]
    [InlineData("text/event-stream;a=\"b\",text/html", false)]
    [InlineData("text/html;a=\\,text/event-stream", true)]
    [InlineData("text/event-streams", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void It_is_a_stream_by_the_last_value_that_is_valid(string? contentType, bool isStream) =>
        Assert.Equal(isStream, EventStreamMediaType.IsEventStream(contentType));
}
