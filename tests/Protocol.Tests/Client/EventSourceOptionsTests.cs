using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

public class EventSourceOptionsTests
{
    private static readonly Uri Address = new("http://127.0.0.1/");
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

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

    public static TheoryData<string, EventSourceOptions> Wrong => new()
    {
        { "Body needs", new() { Body = new byte[1] } },
        { "Body needs", new() { Body = new byte[1], Method = HttpMethod.Head } },
        { "ReconnectDelay must", new() { ReconnectDelay = TimeSpan.FromTicks(-1) } },
        { "ReconnectDelay must", new() { ReconnectDelay = Longest + TimeSpan.FromTicks(1) } },
        { "MinReconnectDelay must", new() { MinReconnectDelay = TimeSpan.FromTicks(-1) } },
        { "MinReconnectDelay must", new() { MinReconnectDelay = Longest + TimeSpan.FromTicks(1), MaxReconnectDelay = Longest * 2 } },
        { "MaxReconnectDelay must", new() { MaxReconnectDelay = Longest + TimeSpan.FromTicks(1) } },
        { "ReadTimeout must", new() { ReadTimeout = Longest + TimeSpan.FromTicks(1) } },
        { "MaxEventBytes must", new() { MaxEventBytes = 63 } },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void One_wrong_option_is_named(string start, EventSourceOptions options) =>
        Assert.StartsWith(start, Assert.Throws<ArgumentException>(() => new EventSource(Address, options)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_least_and_the_most_of_each_option_are_taken()
    {
        var least = new EventSourceOptions
        {
            ReconnectDelay = TimeSpan.Zero,
            MinReconnectDelay = TimeSpan.Zero,
            MaxReconnectDelay = TimeSpan.Zero,
            ReconnectJitter = 0,
            HeadTimeout = TimeSpan.FromTicks(1),
            MaxEventBytes = 64,
        };
        var most = new EventSourceOptions
        {
            Method = HttpMethod.Post,
            Body = new byte[1],
            ReconnectDelay = Longest,
            MinReconnectDelay = Longest,
            MaxReconnectDelay = Longest,
            ReconnectJitter = 1,
            HeadTimeout = Longest,
            MaxEventBytes = int.MaxValue,
        };
        Assert.Equal((TimeSpan.Zero, Longest), (new EventSource(Address, least).ReconnectDelay, new EventSource(Address, most).ReconnectDelay));
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
