using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

public class EventSourceOptionsTests
{
    private static readonly Uri Address = new("http://127.0.0.1/");

    [Fact]
    public void All_wrong_options_are_named_at_once()
    {
        var options = new EventSourceOptions
        {
            Body = new byte[1],
            Headers = [new("Last-Event-ID", "1"), new("Authorization", "x"), new("X-A", "a\nb"), new("Content-Type", "x")],
            AccessToken = _ => ValueTask.FromResult<string?>(null),
            BodyContentType = "a/b\r\nX-Evil: 1",
            LastEventId = "a\nb",
            ReconnectDelay = TimeSpan.FromSeconds(-1),
            MinReconnectDelay = TimeSpan.FromSeconds(2),
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            ReconnectJitter = 2,
            HeadTimeout = TimeSpan.Zero,
            ReadTimeout = TimeSpan.Zero,
            MaxEventBytes = 1,
        };
        var message = Assert.Throws<ArgumentException>(nameof(options), () => new EventSource(Address, options)).Message;
        foreach (var name in (string[])[
            "Body", "Last-Event-ID:", "Authorization", "\"X-A\"", "\"Content-Type\"", "BodyContentType", "LastEventId must", "ReconnectDelay must",
            "MaxReconnectDelay",
            "ReconnectJitter", "HeadTimeout", "ReadTimeout", "MaxEventBytes"])
            Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("ftp://127.0.0.1/")]
    public void An_address_that_is_not_absolute_http_is_refused(string url) =>
        Assert.Throws<ArgumentException>(nameof(url), () => new EventSource(new Uri(url, UriKind.RelativeOrAbsolute)));

    [Fact]
    public void A_new_source_is_connecting_and_says_what_it_was_given()
    {
        var source = new EventSource(Address, new EventSourceOptions { LastEventId = "7", ReconnectDelay = TimeSpan.FromSeconds(5) });
        Assert.Equal((EventSourceState.Connecting, "7", TimeSpan.FromSeconds(5)), (source.State, source.LastEventId, source.ReconnectDelay));
        Assert.Equal((Address, Address, "http://127.0.0.1"), (source.Url, source.FinalUrl, source.Origin));
    }
}
