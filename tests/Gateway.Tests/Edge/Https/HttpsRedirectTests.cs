using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Edge.Https;

public sealed class HttpsRedirectTests
{
    [Theory]
    [InlineData("443", "shop.example:8080", "/events?a=b%20c", "https://shop.example/events?a=b%20c")]
    [InlineData("8443", "shop.example", "/events", "https://shop.example:8443/events")]
    [InlineData("443", "[::1]:80", "/", "https://[::1]/")]
    [InlineData("443", "shop.example", "http://shop.example/whole?x", "https://shop.example/whole?x")]
    public async Task What_comes_without_TLS_is_sent_to_the_same_place_with_it(string port, string host, string target, string location)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:RedirectToHttps=" + port);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync($"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");

        using var answer = await client.ReadResponseAsync();

        Assert.Equal((308, location), (answer.Status, answer.Head.Value("Location")));
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("/events", "X-Forwarded-Proto: https", 200)]
    [InlineData("/events", "X-Forwarded-Proto: http", 308)]
    [InlineData("/.well-known/acme-challenge/abc", "X-None: 1", 200)]
    [InlineData("/.well-known/acme-challenge-not", "X-None: 1", 308)]
    public async Task Not_what_a_trusted_proxy_was_asked_for_by_TLS_nor_the_challenge_of_an_authority(string target, string field, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:RedirectToHttps=443", "SseGateway:Limits:TrustedProxies=127.0.0.1");

        using var answer = await gateway.SendAsync("GET", target, [field]);

        Assert.Equal(status, answer.Status);
    }
}
