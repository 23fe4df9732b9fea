using System.Text.Json;

namespace SseGateway.Harness.Commands.Options;

/// <summary>What a target or a client has declared of itself, as it goes into the report of the run: without it a verdict cannot be repeated.</summary>
internal static class DeclaredProfile
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="file">Read before as what it is; null where none was given.</param>
    public static JsonElement? Read(string? file)
    {
        if (file is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(file), Json);
        return document.RootElement.Clone();
    }
}
