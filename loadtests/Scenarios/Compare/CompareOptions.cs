namespace LoadTests.Scenarios.Compare;

/// <param name="Clients">With a stream each.</param>
/// <param name="Rate">Events a second on each stream.</param>
/// <param name="Size">Bytes of an event's data.</param>
/// <param name="Measured">How long is measured.</param>
/// <param name="Rounds">How often each has its turn; figures are means over them.</param>
/// <param name="Only">Names of those that are asked for; empty for all.</param>
internal sealed record CompareOptions(int Clients, double Rate, int Size, TimeSpan Measured, int Rounds, IReadOnlyList<string> Only)
{
    /// <summary>Whether clients connect by TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Streams that clients have on an HTTP/2 connection; null for HTTP/1.1, a connection each.</summary>
    public int? Http2 { get; init; }

    /// <summary>Clients of a second measurement, with more events; 0 for none.</summary>
    public int BusyClients { get; init; }

    /// <summary>Events a second on each stream of those.</summary>
    public double BusyRate { get; init; }
}
