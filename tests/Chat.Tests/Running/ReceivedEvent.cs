using System.Globalization;
using System.Text.Json;

namespace Chat.Tests.Running;

/// <summary>One block of a stream as it was written, not as a browser would dispatch it.</summary>
/// <param name="Type">Null without an <c>event</c> line.</param>
/// <param name="Data">Null without a <c>data</c> line.</param>
/// <param name="Id">Null without an <c>id</c> line.</param>
/// <param name="Retry">Null without a <c>retry</c> line.</param>
/// <param name="Comment">The comments, null without one.</param>
internal sealed record ReceivedEvent(string? Type, string? Data, string? Id, string? Retry, string? Comment)
{
    public bool IsMessage => Type is null && Data is not null;

    public long MessageId => long.Parse(Id!, CultureInfo.InvariantCulture);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Data!);

    public string[] Names(string property) => [.. Json.GetProperty(property).EnumerateArray().Select(name => name.GetString()!)];
}
