namespace SseGateway.Harness.Scripts;

/// <summary>The head of an answer.</summary>
internal sealed record ScriptHead
{
    public int Status { get; init; } = 200;

    /// <summary>Content-Type; empty text is an empty value. Null is that of an event stream.</summary>
    public string? Type { get; init; }

    /// <summary>No Content-Type at all.</summary>
    public bool Untyped { get; init; }

    /// <summary>Further field lines; <c>{path}</c> is the run's path, <c>{origin}</c> and <c>{other}</c> its server by two names.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Content-Length instead of the true one; the framing is by length then.</summary>
    public int? Length { get; init; }
}
