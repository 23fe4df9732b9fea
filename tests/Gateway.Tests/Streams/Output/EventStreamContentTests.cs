using System.Net;
using SseGateway.Streams.Output;
using Xunit;

namespace Gateway.Tests.Streams.Output;

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
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.ResetContent)]
    [InlineData(HttpStatusCode.PartialContent)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void Failures_and_successes_without_a_body_of_their_own_are_no_streams_whatever_their_type(HttpStatusCode status) => Assert.False(IsWith(status));

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(203)]
    [InlineData(299)]
    public void Any_other_success_is_one(int status) => Assert.True(IsWith((HttpStatusCode)status));

    [Fact]
    public void An_answer_without_a_type_is_no_stream()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);

        Assert.False(EventStreamContent.Is(response));
    }

    private static bool IsWith(HttpStatusCode status)
    {
        using var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");
        return EventStreamContent.Is(response);
    }
}
