namespace SseGateway.Harness.Scripts.Expectations;

/// <summary>What a request has to be like. What is null is not judged.</summary>
internal sealed record ExpectedRequest
{
    public string? Method { get; init; }

    public string? Body { get; init; }

    /// <summary>After the run's path.</summary>
    public string? UrlSuffix { get; init; }

    /// <summary>By name: the value as UTF-8 text on one line, or alternatives split by <c>|</c>; null is absent, <c>*</c> any.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get; init; } = new Dictionary<string, string?>();

    /// <summary>Values stand as they are, without alternatives.</summary>
    public bool Exact { get; init; }
}
