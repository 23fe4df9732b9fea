using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Client;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>What the tests of shared streams have in common: the settings' names, and frames to send and to read.</summary>
internal static class Share
{
    /// <summary>Settings of a route that shares, and the given ones below <c>SseGateway:Sharing</c>.</summary>
    public static string[] With(params string[] settings) =>
        ["SseGateway:Sharing:Enabled=true", .. settings.Select(setting => "SseGateway:Sharing:" + setting)];

    /// <summary>Events whose data is their id.</summary>
    public static string Events(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(Event));

    /// <summary>An event whose data is its id.</summary>
    public static string Event(int id) => string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: {id}\n\n");

    /// <summary>The notice of a gap, as the design has it: an event without an id.</summary>
    public static string Gap(string? after, string? resumedAt, string reason) =>
        $$"""event: gateway.gap{{"\n"}}data: {"after":{{Json(after)}},"resumedAt":{{Json(resumedAt)}},"reason":"{{reason}}"}{{"\n\n"}}""";

    /// <summary>Reads up to and including the next blank line.</summary>
    public static async Task<string> ReadFrameAsync(this RawResponse response)
    {
        var frame = new StringBuilder();
        while (await response.ReadLineAsync() is { Length: > 0 } line) frame.Append(line).Append('\n');
        return frame.Append('\n').ToString();
    }

    /// <summary>Asserts what the response says about the client's cursor, and what comes first.</summary>
    public static async Task ExpectAsync(this RawResponse response, string resume, string body)
    {
        Assert.Equal((200, resume), (response.Status, response.Head.Value("Sse-Resume")));
        await response.ExpectAsync(body);
    }

    private static string Json(string? text) => JsonSerializer.Serialize(text);
}
