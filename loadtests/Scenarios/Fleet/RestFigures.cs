using System.Globalization;
using LoadTests.Measures;
using LoadTests.Report;

namespace LoadTests.Scenarios.Fleet;

/// <summary>What was seen of a fleet to which nothing happened.</summary>
/// <param name="Cpu">Of the gateways and of Redis.</param>
/// <param name="Events">That clients got.</param>
/// <param name="Time">In which.</param>
/// <param name="Delay">From the leader to the mirrors.</param>
/// <param name="Publish">A PUBLISH and its message, in the same time.</param>
internal sealed record RestFigures(TimeSpan Cpu, long Events, TimeSpan Time, MirrorDelay Delay, TimingSummary Publish)
{
    private const int MostTimes = 10;

    private double AskedMs => MostTimes * Publish.P50Ms;

    public IEnumerable<Figure> Figures() =>
    [
        Of("events per second", $"{Events / Time.TotalSeconds:#,0}"),
        Of("CPU per event, with Redis", $"{Cpu.TotalMicroseconds / Math.Max(1, Events):0.00} us"),
        Of("from append to the last mirror, at most", $"p50 {Text(Delay.Last(0.5))}, p99 {Text(Delay.Last(0.99))}, p99.9 {Text(Delay.Last(0.999))}"),
        Of("entries at the mirrors", $"{string.Join(", ", Delay.Entries.Select(count => count.ToString("#,0", CultureInfo.InvariantCulture)))}"),
        Of("a PUBLISH and its message", $"p50 {Publish.P50Ms:0.000} ms, p99 {Publish.P99Ms:0.000} ms, {Publish.Count} of them"),
    ];

    /// <summary>Whether gateways hear of an event as soon as is asked.</summary>
    public void Judge(Requirements requirements) => requirements.Add(
        $"p99 from append to the last mirror is under {MostTimes} times the p50 of a PUBLISH",
        Delay.Last(0.99) is { } last && last.TotalMilliseconds < AskedMs,
        string.Create(CultureInfo.InvariantCulture, $"{Text(Delay.Last(0.99))} at most, under {AskedMs:0.000} ms"));

    private static string Text(TimeSpan? time) =>
        time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalMilliseconds:0.00} ms") : "more";

    private static Figure Of(string name, FormattableString value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
