using System.Net;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Streams;

public sealed class EventStreamContentTests
{
    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("TEXT/Event-Stream", true)]
    [InlineData("text/event-stream;", true)]
    [InlineData(" text/event-stream ; charset=utf-8", true)]
    [InlineData("text/event-stream; note=\"a, b\"", true)]
    [InlineData("text/html, text/event-stream", true)]
    [InlineData("text/event-stream, text/html", false)]
    [InlineData("text/event-streams", false)]
    [InlineData("application/json; x=text/event-stream", false)]
    [InlineData("", false)]
    public void The_essence_of_the_last_valid_type_decides(string contentType, bool expected)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        Assert.Equal(expected, EventStreamContent.Is(response));
    }

    [Theory]
    [InlineData(HttpStatusCode.Created)]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.PartialContent)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void Another_status_than_200_is_no_stream_whatever_its_type(HttpStatusCode status)
    {
        using var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");

        Assert.False(EventStreamContent.Is(response));
    }

    [Fact]
    public void An_answer_without_a_type_is_no_stream()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);

        Assert.False(EventStreamContent.Is(response));
    }
}
