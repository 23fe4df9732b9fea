using BenchmarkDotNet.Reports;

namespace Benchmarks.Reporting;

/// <summary>The results of a run, by class, method and parameters.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<(Type Class, string Method, string Parameters), Measurement> _all = [];

    public Measurements(IEnumerable<Summary> summaries)
    {
        foreach (var report in summaries.SelectMany(summary => summary.Reports))
        {
            if (report.ResultStatistics is not { } statistics)
                continue;
            var benchmark = report.BenchmarkCase;
            _all[(benchmark.Descriptor.Type, benchmark.Descriptor.WorkloadMethod.Name, Join(benchmark.Parameters.Items.Select(item => item.Value)))] =
                new Measurement(statistics.Median, report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0);
        }
    }

    /// <summary>The result of a method; null when it was not run.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="parameters">In the order of the class's properties.</param>
    public Measurement? Of<T>(string method, params object[] parameters) =>
        _all.TryGetValue((typeof(T), method, Join(parameters)), out var found) ? found : null;

    /// <summary>All results of methods whose names begin so.</summary>
    public IReadOnlyList<Measurement> AllOf<T>(string prefix) =>
        [.. _all.Where(entry => entry.Key.Class == typeof(T) && entry.Key.Method.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Value)];

    /// <summary>How many times as long one method takes as another; null when one of them was not run.</summary>
    public double? Ratio<T>(string method, string other, params object[] parameters) =>
        Of<T>(method, parameters)?.Nanoseconds / Of<T>(other, parameters)?.Nanoseconds;

    private static string Join(IEnumerable<object?> parameters) => string.Join(' ', parameters);
}
