using Gateway.Tests.Transport.Upstream;
using SseGateway.Transport.Requests;
using Xunit;

namespace Gateway.Tests.Transport.Requests;

public sealed class SendOnceTests
{
    [Theory]
    [InlineData("POST", true)]
    [InlineData("PATCH", true)]
    [InlineData("BREW", true)]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("PUT", false)]
    [InlineData("DELETE", false)]
    public async Task Only_what_must_not_be_repeated_gets_an_empty_body(string method, bool expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://upstream.test/");

        await SendAsync(request);

        Assert.Equal(expected, request.Content is not null);
        Assert.Equal(0, request.Content?.Headers.ContentLength ?? 0);
    }

    [Fact]
    public async Task A_body_stays_what_it_is()
    {
        using var body = new StringContent("text");
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream.test/") { Content = body };

        await SendAsync(request);

        Assert.Same(body, request.Content);
    }

    private static async Task SendAsync(HttpRequestMessage request)
    {
        using var handler = new SendOnce(new StubHandler((_, _) => Task.FromResult(new HttpResponseMessage())));
        using var http = new HttpMessageInvoker(handler);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
