namespace LoadTests.Scenarios.Compare;

/// <summary>What clients have seen that were fewer and had more events.</summary>
/// <param name="P50Ms">Of the age of an event.</param>
/// <param name="P99Ms">The same.</param>
/// <param name="EventsPerSecond">That came, to each.</param>
internal sealed record BusyFigures(double P50Ms, double P99Ms, double EventsPerSecond);
