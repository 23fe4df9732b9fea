using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Streams;

/// <summary>The stream that a gateway has for all people of a room, and how they are known all the same.</summary>
public sealed class SharedStreamTests
{
    private const string Key = "a-key-that-only-the-gateway-has-00000";

    private static readonly string[] Sharing = ["Chat:TrustGatewaySubject=true", $"Chat:SharedStreamKey={Key}"];

    private static readonly (string, string) Credential = ("Authorization", $"Bearer {Key}");

    [Fact]
    public async Task Gateway_with_the_key_gets_the_room_without_being_anybody()
    {
        await using var server = await ChatServer.StartAsync(Sharing);
        var gateway = server.Client();
        using var stream = await gateway.OpenAsAsync("lobby", Credential);

        var welcome = await stream.EventAsync("welcome");
        var presence = await stream.EventAsync("presence");
        await PostAsync(server, "ada", "hello");

        Assert.False(welcome.Json.TryGetProperty("subject", out _));
        Assert.Empty(presence.Names("here"));
        Assert.Equal("ada", (await stream.MessageAsync()).Json.GetProperty("author").GetString());
    }

    [Theory]
    [InlineData("Bearer a-key-that-only-the-gateway-has-00001")]
    [InlineData("Bearer a-key-that-only-the-gateway-has-0000")]
    [InlineData("Bearer ")]
    [InlineData("Basic a-key-that-only-the-gateway-has-00000")]
    [InlineData("a-key-that-only-the-gateway-has-00000")]
    [InlineData("")]
    public async Task Without_the_key_nobody_is_nobody(string authorization)
    {
        await using var server = await ChatServer.StartAsync(Sharing);

        using var stream = await server.Client().OpenAsAsync("lobby", ("Authorization", authorization));

        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, stream.Response);
    }

    [Fact]
    public async Task Key_is_nothing_where_none_is_configured()
    {
        await using var trusting = await ChatServer.StartAsync("Chat:TrustGatewaySubject=true");
        await using var alone = await ChatServer.StartAsync();

        foreach (var server in (ChatServer[])[trusting, alone])
        {
            using var stream = await server.Client().OpenAsAsync("lobby", Credential);
            await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, stream.Response);
        }
    }

    [Theory]
    [InlineData("GET", "rooms/lobby/messages")]
    [InlineData("POST", "rooms/lobby/messages")]
    [InlineData("POST", "rooms/lobby/typing")]
    [InlineData("POST", "rooms/lobby/presence/page")]
    [InlineData("DELETE", "rooms/lobby/presence/page")]
    public async Task Key_opens_nothing_but_streams(string method, string path)
    {
        await using var server = await ChatServer.StartAsync(Sharing);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");

        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, response);
    }

    [Fact]
    public async Task Request_for_somebody_is_theirs_also_with_the_key()
    {
        await using var server = await ChatServer.StartAsync(Sharing);

        using var stream = await server.Client().OpenAsAsync("lobby", Credential, ("Gateway-Subject", "ada"));
        using var invalid = await server.Client().OpenAsAsync("lobby", Credential, ("Gateway-Subject", "two  spaces"));

        Assert.Equal("ada", (await stream.EventAsync("welcome")).Json.GetProperty("subject").GetString());
        Assert.Equal(["ada"], (await stream.EventAsync("presence")).Names("here"));
        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, invalid.Response);
    }

    [Fact]
    public async Task Pages_say_who_is_in_the_room_and_when_they_leave()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time, Sharing);
        using var stream = await server.Client().OpenAsAsync("lobby", Credential);
        await stream.EventAsync("presence");

        var ada = await SayAsync(server, "ada", "page-1");
        var first = await stream.EventAsync("presence");
        var bob = await SayAsync(server, "bob", "page-2");
        time.Advance(TimeSpan.FromSeconds(1));
        var second = await stream.EventAsync("presence");
        using (await SendAsync(server, HttpMethod.Delete, "bob", "presence/page-2"))
            time.Advance(TimeSpan.FromSeconds(6));
        var third = await stream.EventAsync("presence");

        Assert.Equal(30_000, ada.GetProperty("againMs").GetInt32());
        Assert.Equal(["ada", "bob"], bob.GetProperty("here").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["ada"], first.Names("joined"));
        Assert.Equal(["bob"], second.Names("joined"));
        Assert.Equal(["bob"], third.Names("left"));
        Assert.Equal(["ada"], third.Names("here"));
    }

    [Fact]
    public async Task Page_that_said_so_is_heard_typing()
    {
        await using var server = await ChatServer.StartAsync(Sharing);
        using var stream = await server.Client().OpenAsAsync("lobby", Credential);

        await SayAsync(server, "ada", "page-1");
        using var answer = await SendAsync(server, HttpMethod.Post, "ada", "typing");

        Assert.Equal("ada", (await stream.EventAsync("typing")).Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Room_that_nobody_listens_to_is_not_made_by_a_page_that_says_it_is_there()
    {
        await using var server = await ChatServer.StartAsync(Sharing);

        var answer = await SayAsync(server, "ada", "page-1");
        using var stream = await server.Client().OpenAsAsync("lobby", Credential);

        Assert.Equal(0, answer.GetProperty("count").GetInt32());
        Assert.Empty((await stream.EventAsync("presence")).Names("here"));
    }

    [Fact]
    public async Task Where_each_person_has_a_stream_pages_need_not_say_anything()
    {
        await using var server = await ChatServer.StartAsync("Chat:TrustGatewaySubject=true");
        using var stream = await server.Client().OpenAsAsync("lobby", ("Gateway-Subject", "ada"));
        await stream.EventAsync("presence");

        var answer = await SayAsync(server, "bob", "page-1");

        Assert.False(answer.TryGetProperty("againMs", out _));
        Assert.Equal(["ada"], answer.GetProperty("here").EnumerateArray().Select(name => name.GetString()));
    }

    private static async Task<JsonElement> SayAsync(ChatServer server, string name, string page)
    {
        using var response = await SendAsync(server, HttpMethod.Post, name, $"presence/{page}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token());
    }

    private static async Task PostAsync(ChatServer server, string name, string text)
    {
        using var response = await SendAsync(server, HttpMethod.Post, name, "messages", JsonContent.Create(new { text }));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    // As the gateway passes on what somebody does in the lobby.
    private static async Task<HttpResponseMessage> SendAsync(ChatServer server, HttpMethod method, string name, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, $"rooms/lobby/{path}") { Content = content };
        request.Headers.TryAddWithoutValidation("Gateway-Subject", name);
        return await server.Client().Http.SendAsync(request, Deadline.Token());
    }
}
