namespace Benchmarks.Reporting;

/// <summary>What an operation of a benchmark took: the median of its iterations, and the bytes it allocated.</summary>
internal readonly record struct Measurement(double Nanoseconds, long Allocated);
