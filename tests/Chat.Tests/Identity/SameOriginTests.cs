using System.Net;
using System.Net.Http.Json;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Identity;

/// <summary>Who may change something with nothing but the cookie that the browser adds.</summary>
public sealed class SameOriginTests
{
    [Theory]
    [InlineData(null, "same-origin", true)]
    [InlineData(null, "none", true)]
    [InlineData(null, "same-site", false)]
    [InlineData(null, "cross-site", false)]
    [InlineData("own", null, true)]
    [InlineData("own", "same-origin", true)]
    [InlineData("own", "cross-site", false)]
    [InlineData("http://127.0.0.1:1", null, false)]
    [InlineData("https://evil.example", null, false)]
    [InlineData("https://evil.example", "cross-site", false)]
    [InlineData("https://friend.example", "cross-site", true)]
    [InlineData("null", null, false)]
    [InlineData("garbage", null, false)]
    [InlineData(null, null, false)]
    public async Task Post_with_the_cookie_is_for_the_own_and_the_allowed_origins(string? origin, string? fetchSite, bool allowed)
    {
        await using var server = await ChatServer.StartAsync("Chat:AllowedOrigins:0=https://friend.example");
        var ada = await server.SignInAsync("ada");

        using var request = Post(server, origin, fetchSite);
        request.Headers.Add("Cookie", $"chat_token={ada.Token}");
        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        if (allowed)
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        else
            await ProblemAssert.IsAsync(HttpStatusCode.Forbidden, response);
    }

    [Fact]
    public async Task Token_in_a_header_is_no_ambient_credential()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var request = Post(server, "https://elsewhere.example", "cross-site");
        using var response = await ada.Http.SendAsync(request, Deadline.Token());

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("http://chat.example", true)]
    [InlineData("http://evil.example", false)]
    public async Task Behind_the_gateway_the_forwarded_host_is_the_own(string origin, bool allowed)
    {
        await using var server = await ChatServer.StartAsync("Chat:TrustGatewaySubject=true");

        using var request = Post(server, origin, fetchSite: null);
        request.Headers.Add("Gateway-Subject", "ada");
        request.Headers.Add("X-Forwarded-Host", "chat.example");
        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        Assert.Equal(allowed ? HttpStatusCode.Created : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Another_site_cannot_sign_a_browser_in()
    {
        await using var server = await ChatServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "login") { Content = JsonContent.Create(new { name = "mallory" }) };
        request.Headers.Add("Origin", "https://evil.example");

        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.Forbidden, response);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private static HttpRequestMessage Post(ChatServer server, string? origin, string? fetchSite)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "rooms/lobby/messages") { Content = JsonContent.Create(new { text = "hello" }) };
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin == "own" ? server.Address.GetLeftPart(UriPartial.Authority) : origin);
        if (fetchSite is not null)
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
        return request;
    }
}
