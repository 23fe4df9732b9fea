namespace SseGateway.Harness.Wire;

/// <summary>What a read from a connection brought.</summary>
internal enum Arrival
{
    Bytes,

    /// <summary>The peer has closed its side.</summary>
    Fin,

    /// <summary>The connection is broken.</summary>
    Reset,
}
