using System.Text.Json.Serialization;

namespace Dialects.Tests.Running;

/// <summary>What an application has seen of one answer.</summary>
internal sealed record Seen
{
    public required string Speaker { get; init; }

    public required string Case { get; init; }

    /// <summary>The text that has come.</summary>
    public string Text { get; set; } = "";

    /// <summary>True when the SDK has said that the answer is finished.</summary>
    [JsonPropertyName("whole")]
    public bool IsWhole { get; set; }

    /// <summary>What the SDK has thrown; null for nothing.</summary>
    public Fault? Error { get; set; }
}
