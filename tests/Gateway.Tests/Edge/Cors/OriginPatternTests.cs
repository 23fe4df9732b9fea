using SseGateway.Configuration.Settings.Cors;
using Xunit;

namespace Gateway.Tests.Edge.Cors;

public sealed class OriginPatternTests
{
    [Theory]
    [InlineData("https://*.example.com", "https://a.example.com")]
    [InlineData("https://*.example.com", "https://a.b-c.example.com")]
    [InlineData("https://*.Example.com:443", "https://feature_1.example.com")]
    [InlineData("https://shop-*.pages.example", "https://shop-git-main.pages.example")]
    [InlineData("https://*-shop.pages.example", "https://wildcard-shop.pages.example")]
    [InlineData("https://wildcard-*.pages.example", "https://wildcard-2.pages.example")]
    [InlineData("http://*.localhost:3000", "http://tenant.localhost:3000")]
    public void It_matches(string pattern, string origin) => Assert.True(Parsed(pattern).Matches(origin));

    [Theory]
    [InlineData("https://*.example.com", "https://example.com")]
    [InlineData("https://*.example.com", "https://.example.com")]
    [InlineData("https://*.example.com", "https://a..example.com")]
    [InlineData("https://*.example.com", "https://aexample.com")]
    [InlineData("https://*.example.com", "http://a.example.com")]
    [InlineData("https://*.example.com", "https://a.example.com:8443")]
    [InlineData("https://*.example.com", "https://a.example.com.evil.test")]
    [InlineData("https://*.example.com", "https://evil.test/.example.com")]
    [InlineData("https://*.example.com", "https://evil.test:1@a.example.com")]
    [InlineData("https://*.example.com", "https://evil.test#.example.com")]
    [InlineData("https://*.example.com", "HTTPS://A.EXAMPLE.COM")]
    [InlineData("https://shop-*.pages.example", "https://shop-.pages.example")]
    [InlineData("https://shop-*.pages.example", "https://shop-a.evil.pages.example")]
    [InlineData("https://shop-*.pages.example", "https://myshop-a.pages.example")]
    public void It_matches_not(string pattern, string origin) => Assert.False(Parsed(pattern).Matches(origin));

    [Theory]
    [InlineData("https://*")]
    [InlineData("https://*.com")]
    [InlineData("https://*.example")]
    [InlineData("https://shop-*")]
    [InlineData("*.example.com")]
    [InlineData("https://a.*.example.com")]
    [InlineData("https://*.*.example.com")]
    [InlineData("https://**.example.com")]
    [InlineData("https://a.example.com:*")]
    [InlineData("*://a.example.com")]
    [InlineData("https://*.example.com/")]
    [InlineData("https://*.exämple.com")]
    public void It_is_refused(string pattern)
    {
        Assert.False(OriginPattern.TryParse(pattern, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    private static OriginPattern Parsed(string text) =>
        OriginPattern.TryParse(text, out var pattern, out var problem) ? pattern! : throw new FormatException(problem);
}
