namespace LoadTests.Scenarios.Drain;

/// <param name="Window">The drain window of the gateway.</param>
/// <param name="By">How it is drained.</param>
/// <param name="Posts">POST streams that are under way when the drain begins.</param>
internal sealed record DrainOptions(TimeSpan Window, DrainTrigger By, int Posts);
