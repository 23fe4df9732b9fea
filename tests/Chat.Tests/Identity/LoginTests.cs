using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Running;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace Chat.Tests.Identity;

public sealed class LoginTests
{
    [Fact]
    public async Task Login_gives_a_token_and_the_same_as_a_cookie_that_scripts_cannot_read()
    {
        await using var server = await ChatServer.StartAsync("Chat:TokenLifetime=00:10:00");

        using var response = await LoginAsync(server, "Zo\u00eb \ud83d\ude00");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token());
        var token = new JsonWebToken(body.GetProperty("token").GetString());
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));

        Assert.Equal("Zo\u00eb \ud83d\ude00", body.GetProperty("subject").GetString());
        Assert.Equal("Zo\u00eb \ud83d\ude00", token.Subject);
        Assert.Equal("HS256", token.Alg);
        Assert.Equal("ssegateway-chat", token.Issuer);
        Assert.Equal(["ssegateway-chat"], token.Audiences);
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.IssuedAt);
        Assert.Equal(token.ValidTo, body.GetProperty("expiresAt").GetDateTimeOffset().UtcDateTime);
        Assert.StartsWith($"chat_token={token.EncodedToken};", cookie, StringComparison.Ordinal);
        foreach (var attribute in (string[])["httponly", "samesite=strict", "path=/"])
            Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" ada")]
    [InlineData("ada ")]
    [InlineData("a  b")]
    [InlineData("a\tb")]
    [InlineData("a\u0007")]
    [InlineData("a\u200bb")]
    [InlineData("a\u202eb")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("ada\u034f")]
    [InlineData("ada\ufe0f")]
    [InlineData("ada\ud840\udd00\udb40\udd00")]
    [InlineData("\u0301")]
    [InlineData("a\u00a0b")]
    [InlineData("123456789012345678901234567890123")]
    public async Task Name_that_is_not_1_to_32_visible_characters_is_400(string? name)
    {
        await using var server = await ChatServer.StartAsync();

        using var response = await LoginAsync(server, name);

        await ProblemAssert.IsAsync(HttpStatusCode.BadRequest, response);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("Ada K. Lovelace-Byron")]
    [InlineData("\u674e\u5c0f\u9f99")]
    [InlineData("e\u0301")]
    [InlineData("\u2764\ufe0f Ada")]
    [InlineData(
        "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"
            + "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"
            + "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00")]
    public async Task Name_of_visible_characters_can_be_used(string name)
    {
        await using var server = await ChatServer.StartAsync();
        var person = await server.SignInAsync(name);

        using var response = await person.SendAsync("lobby", "hello");

        Assert.Equal(name, (await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token())).GetProperty("author").GetString());
    }

    [Fact]
    public async Task Logout_removes_the_cookie()
    {
        await using var server = await ChatServer.StartAsync();

        using var response = await server.Client().Http.PostAsync("logout", content: null, Deadline.Token());

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.StartsWith("chat_token=; expires=Thu, 01 Jan 1970", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> LoginAsync(ChatServer server, string? name) =>
        server.Client().Http.PostAsJsonAsync("login", new { name }, Deadline.Token());
}
