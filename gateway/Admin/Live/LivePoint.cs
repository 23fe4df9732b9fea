namespace SseGateway.Admin.Live;

/// <summary>One second of the charts, at milliseconds since 1970. Totals, where something is counted: the page takes the difference of two.</summary>
internal readonly record struct LivePoint(
    long At, double Streams, double Events, double Bytes, double Opened, double Closed, double Refused, double Gaps, double SlowestWait, double Waiting,
    double Retained, double Memory);
