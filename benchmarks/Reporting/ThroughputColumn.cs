using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Benchmarks.Reporting;

/// <summary>Gigabytes a second, for classes that say how many bytes an operation goes through.</summary>
internal sealed class ThroughputColumn : IColumn
{
    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Bytes gone through, 1 GB = 1,000,000,000 bytes";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(benchmarkCase);
        var type = benchmarkCase.Descriptor.Type;
        if (type.GetCustomAttribute<BytesPerOperationAttribute>() is not { } bytes
            || summary[benchmarkCase]?.ResultStatistics?.Mean is not { } nanoseconds)
        {
            return "-";
        }

        var parameters = benchmarkCase.Parameters.Items.ToDictionary(item => item.Name, item => item.Value);
        var count = (double)type.GetMethod(bytes.Method, BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [parameters])!;
        return (count / nanoseconds).ToString("0.00", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.BenchmarksCases.Any(benchmark => benchmark.Descriptor.Type.GetCustomAttribute<BytesPerOperationAttribute>() is not null);
    }

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
