using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Transport.Http;
using Xunit;

namespace Gateway.Tests.Logging;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain text, 100 %", "plain text, 100 %")]
    [InlineData("Zoë 日本 😀", "Zoë 日本 😀")]
    [InlineData("a\r\nb\tc", @"a\x0d\x0ab\x09c")]
    [InlineData("\u001b[2J\u007f\u0085\u009b", @"\x1b[2J\x7f\x85\x9b")]
    [InlineData("a\u202eb\u2066c\u200bd", @"a\u202eb\u2066c\u200bd")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("a\U000E0041b", @"a\udb40\udc41b")]
    [InlineData("", "-")]
    [InlineData(null, "-")]
    public void What_is_not_seen_is_written_out(string? text, string expected) => Assert.Equal(expected, LogText.Of(text));

    [Fact]
    public void Half_a_pair_of_surrogates_is_none() => Assert.Equal(@"a\ud800b\udc00", LogText.Of("a\ud800b\udc00"));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(new string('a', 512) + "…", LogText.Of(new string('a', 100_000)));

    [Theory]
    [InlineData("/events/7?token=S3cret", "/events/7")]
    [InlineData("/a%0d%0ab", "/a%0d%0ab")]
    [InlineData("/a b\rc\u00e9", @"/a\x20b\x0dc\xe9")]
    [InlineData("?a", "-")]
    public void A_path_is_as_written_and_without_its_query(string target, string expected)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;

        Assert.Equal(expected, LogText.Path(context));
    }

    [Fact]
    public void A_reason_is_the_innermost_one_that_is_not_how_something_was_stopped()
    {
        var refused = new HttpRequestException("outer", new IOException("Connection\nrefused"));
        var standstill = new HttpRequestException("outer", new IOException("The answer stood still", new OperationCanceledException("cancelled")));
        var connect = new TaskCanceledException("cancelled", new TimeoutException("no connection in 5 s"));

        Assert.Equal([@"Connection\x0arefused", "The answer stood still", "no connection in 5 s"],
            [LogText.Reason(refused), LogText.Reason(standstill), LogText.Reason(connect)]);
    }
}
