namespace SseGateway.Admin.Live;

/// <summary>What had been counted at one moment, for who comes later and wants to know what has been since.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Totals">Each value as it was.</param>
internal sealed record LivePast(long At, (LiveValue Value, double Total)[] Totals);
