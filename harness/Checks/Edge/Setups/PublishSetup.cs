namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A request that makes a server send one event to the readers of the stream that is judged.</summary>
/// <param name="Url">Where it is sent.</param>
internal sealed record PublishSetup(Uri Url)
{
    public string Method { get; init; } = "POST";

    /// <summary>Its body, with <c>{n}</c> where a number may make it another than the last.</summary>
    public string Body { get; init; } = "event {n}";

    public string ContentType { get; init; } = "text/plain";

    /// <summary>Field lines, e.g. <c>Authorization: Bearer ...</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}
