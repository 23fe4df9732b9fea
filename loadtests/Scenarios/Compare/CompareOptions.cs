namespace LoadTests.Scenarios.Compare;

/// <param name="Clients">With a stream each.</param>
/// <param name="Rate">Events a second on each stream.</param>
/// <param name="Size">Bytes of an event's data.</param>
/// <param name="Measured">How long is measured.</param>
/// <param name="Rounds">How often each has its turn; figures are means over them.</param>
/// <param name="Only">Names of those that are asked for; empty for all.</param>
internal sealed record CompareOptions(int Clients, double Rate, int Size, TimeSpan Measured, int Rounds, IReadOnlyList<string> Only);
