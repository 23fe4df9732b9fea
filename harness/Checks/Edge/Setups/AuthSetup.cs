using SseGateway.Harness.Checks.Edge.Tokens;

namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>What tokens the target takes, and how the harness makes some; what is not said is the catalogue's, group 9.</summary>
internal sealed record AuthSetup
{
    /// <summary>A route that needs a token, from every carrier that is named below; null is the target.</summary>
    public Uri? Url { get; init; }

    public string Issuer { get; init; } = "https://idp.example";

    public string Audience { get; init; } = "sse-gw";

    /// <summary>Private keys, made for the test, whose public halves the target knows.</summary>
    public IReadOnlyList<SigningKey> Keys { get; init; } = [];

    /// <summary>Seconds by which the target lets clocks differ.</summary>
    public double ClockSkew { get; init; } = 5;

    /// <summary>True when a token without <c>exp</c> is refused.</summary>
    public bool NeedsExpiry { get; init; } = true;

    /// <summary>Whether <c>Authorization: Bearer</c> is taken.</summary>
    public bool Header { get; init; } = true;

    /// <summary>The query parameter that is taken; null for none.</summary>
    public string? Query { get; init; }

    /// <summary>The cookie that is taken; null for none.</summary>
    public string? Cookie { get; init; }

    /// <summary>A route that takes the header only; null where there is none.</summary>
    public Uri? HeaderOnlyUrl { get; init; }

    /// <summary>A route that takes tokens with the scope <see cref="Scope"/> only; null where there is none.</summary>
    public Uri? ScopeUrl { get; init; }

    public string Scope { get; init; } = "chat:read";

    /// <summary>What becomes of a good token on its way to the upstream.</summary>
    public Forwarding Forwarded { get; init; } = Forwarding.Removed;

    /// <summary>The header in which the upstream learns the subject; null for none.</summary>
    public string? SubjectHeader { get; init; }

    /// <summary>The target's logs: no token may be in them.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>With the capability <c>jwks</c>: where the target fetches keys from the harness.</summary>
    public KeyServerSetup? KeyServer { get; init; }
}
