using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Messages;

public sealed class PostTests
{
    [Fact]
    public async Task Post_answers_201_with_the_stored_message()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var response = await ada.SendAsync("lobby", "  kept as it is \ud83d\ude00 ", "key-1");
        var message = await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token());
        var history = await ada.HistoryAsync("lobby");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("lobby", message.GetProperty("room").GetString());
        Assert.Equal("ada", message.GetProperty("author").GetString());
        Assert.Equal("  kept as it is \ud83d\ude00 ", message.GetProperty("text").GetString());
        Assert.Equal(message.GetRawText(), history.GetProperty("messages")[0].GetRawText());
    }

    [Theory]
    [InlineData("clientId")]
    [InlineData("Idempotency-Key")]
    public async Task Repeated_post_with_the_same_key_stores_and_sends_once(string carrier)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        using var stream = await ada.JoinAsync("lobby");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "rooms/lobby/messages");
            request.Content = JsonContent.Create(new { text = "once", clientId = carrier == "clientId" ? "key-1" : null });
            if (carrier != "clientId")
                request.Headers.Add(carrier, "key-1");
            using var response = await ada.Http.SendAsync(request, Deadline.Token());
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            return (Replayed: response.Headers.Contains("Idempotent-Replayed"), Body: await response.Content.ReadAsStringAsync(Deadline.Token()));
        }));
        var next = await ada.PostAsync("lobby", "next");

        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Equal("once", (await stream.MessageAsync()).Json.GetProperty("text").GetString());
        Assert.Equal(next, (await stream.MessageAsync()).MessageId);
    }

    [Fact]
    public async Task Key_belongs_to_its_author_and_room()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");

        long[] ids = [await ada.PostAsync("lobby", "a", "key"), await bob.PostAsync("lobby", "b", "key"), await ada.PostAsync("attic", "c", "key")];

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Key_that_was_used_for_another_text_is_422()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        await ada.PostAsync("lobby", "first", "key");

        using var response = await ada.SendAsync("lobby", "second", "key");

        await ProblemAssert.IsAsync(HttpStatusCode.UnprocessableEntity, response);
        Assert.Single(await ada.HistoryIdsAsync("lobby"));
    }

    public static TheoryData<string, string, HttpStatusCode> BadPosts => new()
    {
        { "application/json", """{"text":""}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":" \n\t "}""", HttpStatusCode.BadRequest },
        { "application/json", """{}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":null}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":5}""", HttpStatusCode.BadRequest },
        { "application/json", """["text"]""", HttpStatusCode.BadRequest },
        { "application/json", "null", HttpStatusCode.BadRequest },
        { "application/json", "", HttpStatusCode.BadRequest },
        { "application/json", """{"text":"a""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":"\ud800"}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":"a\u0000b"}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":"a","clientId":""}""", HttpStatusCode.BadRequest },
        { "application/json", """{"text":"a","clientId":"with space"}""", HttpStatusCode.BadRequest },
        { "application/json", $$"""{"text":"a","clientId":"{{new string('k', 65)}}"}""", HttpStatusCode.BadRequest },
        { "application/json", $$"""{"text":"{{new string('t', 4_001)}}"}""", HttpStatusCode.BadRequest },
        { "application/json", $$"""{"text":"{{new string('t', 40_000)}}"}""", HttpStatusCode.RequestEntityTooLarge },
        { "text/plain", """{"text":"a"}""", HttpStatusCode.UnsupportedMediaType },
        { "application/x-www-form-urlencoded", "text=a", HttpStatusCode.UnsupportedMediaType },
        { "", """{"text":"a"}""", HttpStatusCode.UnsupportedMediaType },
    };

    [Fact]
    public async Task The_longest_text_is_taken_with_every_character_escaped()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var escaped = string.Concat(Enumerable.Repeat("\\u017e", 4_000));
        using var content = new StringContent($$"""{"text":"{{escaped}}"}""", Encoding.UTF8, "application/json");

        using var response = await ada.Http.PostAsync("rooms/lobby/messages", content, Deadline.Token());

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(BadPosts))]
    public async Task Bad_post_is_a_problem_and_stores_nothing(string contentType, string body, HttpStatusCode status)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType.Length > 0)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await ada.Http.PostAsync("rooms/lobby/messages", content, Deadline.Token());

        await ProblemAssert.IsAsync(status, response);
        Assert.Empty(await ada.HistoryIdsAsync("lobby"));
    }

    [Fact]
    public async Task Body_that_is_not_utf_8_is_400()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        using var content = new ByteArrayContent([.. "{\"text\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        using var response = await ada.Http.PostAsync("rooms/lobby/messages", content, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.BadRequest, response);
    }

    [Fact]
    public async Task Body_of_unknown_length_is_cut_off_at_the_limit()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "rooms/lobby/messages")
        { Content = JsonContent.Create(new { text = new string('t', 100_000) }) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await ada.Http.SendAsync(request, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.RequestEntityTooLarge, response);
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a%20b")]
    [InlineData("%C3%A9")]
    [InlineData("a%0A")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Room_with_an_impossible_name_is_404(string room)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var post = await ada.SendAsync(room, "hello");
        using var stream = await ada.OpenAsync(room);

        await ProblemAssert.IsAsync(HttpStatusCode.NotFound, post);
        await ProblemAssert.IsAsync(HttpStatusCode.NotFound, stream.Response);
    }

    [Fact]
    public async Task Wrong_method_is_405_with_the_allowed_ones()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var response = await ada.Http.DeleteAsync("rooms/lobby/messages", Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.MethodNotAllowed, response);
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order());
    }
}
