namespace LoadTests.Scenarios.Drain;

/// <param name="Streams">Clients with a stream each.</param>
/// <param name="Rate">Events a second on each stream.</param>
/// <param name="Window">The drain window of the gateway.</param>
/// <param name="By">How it is drained.</param>
/// <param name="Posts">POST streams that are under way when the drain begins.</param>
internal sealed record DrainOptions(int Streams, int Rate, TimeSpan Window, DrainTrigger By, int Posts);
