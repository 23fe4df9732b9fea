namespace LoadTests.Running;

/// <summary>What all scenarios can be told.</summary>
internal sealed record LoadOptions
{
    public required int Clients { get; init; }

    /// <summary>Over which the clients come.</summary>
    public required TimeSpan Ramp { get; init; }

    /// <summary>How long they stay once all are there.</summary>
    public required TimeSpan Hold { get; init; }

    /// <summary>Events a second on each stream.</summary>
    public required double Rate { get; init; }

    /// <summary>Bytes of an event's data.</summary>
    public required int Size { get; init; }

    /// <summary>One upstream stream for all clients instead of one each.</summary>
    public bool Share { get; init; }

    /// <summary>Whether clients connect by TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Streams that clients have on an HTTP/2 connection; null for HTTP/1.1, a connection each.</summary>
    public int? Http2 { get; init; }

    /// <summary>What is put under load instead of processes of the scenario's own; null for those.</summary>
    public Uri? Target { get; init; }

    /// <summary>Over which the clients are spread.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>How many of the clients are this project's <c>EventSource</c>, as a sample.</summary>
    public int EventSources { get; init; }

    /// <summary>How long beyond the ramp the last stream may take to open.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The folder of the report; null for one under the current folder.</summary>
    public string? Output { get; init; }

    /// <summary>Further arguments of the gateway.</summary>
    public IReadOnlyList<string> Gateway { get; init; } = [];
}
