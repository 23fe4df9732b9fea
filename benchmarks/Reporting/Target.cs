namespace Benchmarks.Reporting;

/// <summary>Something the project asks of itself, and what a run gave.</summary>
/// <param name="Asked">In words.</param>
/// <param name="Reached">In words; of several results the worst.</param>
/// <param name="IsReached">Whether that is enough.</param>
internal sealed record Target(string Asked, string Reached, bool IsReached);
