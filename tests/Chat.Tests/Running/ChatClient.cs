using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Chat.Tests.Running;

/// <summary>Somebody who talks to the service with their own token.</summary>
internal sealed class ChatClient : IDisposable
{
    public ChatClient(Uri address, string? token = null)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        Token = token;
        if (token is not null)
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public HttpClient Http { get; }

    public string? Token { get; }

    /// <summary>Opens a stream and reads nothing yet; its status is not looked at.</summary>
    public async Task<OpenStream> OpenAsync(string room, string? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"rooms/{room}/events{query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline.Token());
        return new OpenStream(response, await response.Content.ReadAsStreamAsync(Deadline.Token()));
    }

    /// <summary>Opens a stream and reads up to the presence that follows the welcome: what is posted from now on is live for it.</summary>
    public async Task<OpenStream> JoinAsync(string room, string? lastEventId = null)
    {
        var stream = await OpenAsync(room, lastEventId);
        Assert.Equal(HttpStatusCode.OK, stream.Response.StatusCode);
        await stream.EventAsync("presence");
        return stream;
    }

    /// <summary>Opens a stream with these header fields alone, as a gateway does; its status is not looked at.</summary>
    public async Task<OpenStream> OpenAsAsync(string room, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"rooms/{room}/events");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline.Token());
        return new OpenStream(response, await response.Content.ReadAsStreamAsync(Deadline.Token()));
    }

    public Task<HttpResponseMessage> SendAsync(string room, string text, string? clientId = null) =>
        Http.PostAsJsonAsync($"rooms/{room}/messages", new { text, clientId }, Deadline.Token());

    /// <summary>Posts and returns the id.</summary>
    public async Task<long> PostAsync(string room, string text, string? clientId = null)
    {
        using var response = await SendAsync(room, text, clientId);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token())).GetProperty("id").GetInt64();
    }

    /// <summary>Posts <paramref name="count"/> messages one after the other and returns their ids.</summary>
    public async Task<List<long>> PostManyAsync(string room, int count)
    {
        var ids = new List<long>(count);
        for (var i = 0; i < count; i++)
            ids.Add(await PostAsync(room, $"message {i}"));
        return ids;
    }

    public async Task<JsonElement> HistoryAsync(string room, string query = "") =>
        await Http.GetFromJsonAsync<JsonElement>($"rooms/{room}/messages{query}", Deadline.Token());

    public async Task<List<long>> HistoryIdsAsync(string room, string query = "") =>
        [.. (await HistoryAsync(room, query)).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetInt64())];

    public void Dispose() => Http.Dispose();
}
