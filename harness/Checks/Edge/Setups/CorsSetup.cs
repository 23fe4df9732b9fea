namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>CORS as the target is set up; what stands here without being said is the catalogue's, group 8.</summary>
internal sealed record CorsSetup
{
    /// <summary>Where it is set up so and nobody has to log in; null is the target.</summary>
    public Uri? Url { get; init; }

    public IReadOnlyList<string> Origins { get; init; } = ["https://app.example", "http://localhost:5173"];

    public bool Credentials { get; init; } = true;

    public IReadOnlyList<string> Methods { get; init; } = ["GET", "POST"];

    public IReadOnlyList<string> Headers { get; init; } = ["authorization", "content-type", "last-event-id"];

    /// <summary>Headers that scripts may read.</summary>
    public IReadOnlyList<string> Exposed { get; init; } = ["Retry-After"];

    /// <summary>Seconds that a preflight may be kept.</summary>
    public int MaxAge { get; init; } = 600;

    /// <summary>With the capability <c>wildcard</c>: where <c>https://*.example.com</c> is allowed.</summary>
    public Uri? WildcardUrl { get; init; }

    /// <summary>A command that starts the target with every origin allowed together with credentials; a good one refuses to start.</summary>
    public string? StarCommand { get; init; }

    /// <summary>Where the target of <see cref="StarCommand"/> listens if it starts, or one that is set up so.</summary>
    public Uri? StarUrl { get; init; }
}
