namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>What only the target's operator may use.</summary>
internal sealed record AdminSetup
{
    /// <summary>Paths that must not be on the public address, beside the usual ones.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Where metrics are read: no token may be in them.</summary>
    public Uri? MetricsUrl { get; init; }

    /// <summary>With the capability <c>revoke</c>: what is sent a POST.</summary>
    public Uri? RevokeUrl { get; init; }

    /// <summary>The POST's JSON, with <c>{subject}</c> in it.</summary>
    public string RevokeBody { get; init; } = """{"subject":"{subject}"}""";

    /// <summary>Seconds until the streams of whom was revoked are closed, as documented.</summary>
    public double RevokeSeconds { get; init; } = 5;
}
