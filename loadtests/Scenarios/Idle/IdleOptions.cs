namespace LoadTests.Scenarios.Idle;

/// <param name="Streams">Streams that are open and silent.</param>
/// <param name="Measured">How long each figure is taken over.</param>
/// <param name="Http2">Streams that clients have on an HTTP/2 connection; the gateway speaks it to the origin too. Null for HTTP/1.1 on both sides, a
/// connection for each stream.</param>
/// <param name="Tls">Whether clients connect by TLS.</param>
internal sealed record IdleOptions(int Streams, TimeSpan Measured, int? Http2, bool Tls);
