namespace SseGateway.Harness.Checks;

/// <summary>URLs or paths of the target that it forwards to where nobody answers; null is not set up.</summary>
internal sealed record UnreachableUpstreams
{
    /// <summary>Connections are refused.</summary>
    public string? Refused { get; init; }

    /// <summary>The name has no address.</summary>
    public string? UnknownName { get; init; }

    /// <summary>An <c>https</c> upstream that speaks no TLS; the origin's own address will do.</summary>
    public string? NoTls { get; init; }
}
