using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadTests.Scenarios.Fleet;

/// <summary>What gateways have counted, each for itself, of how long entries took from the leader to them: by their own metric.</summary>
/// <param name="Buckets">For each bound, in seconds, the entries of each gateway that took no longer.</param>
/// <param name="Entries">All of each gateway.</param>
internal sealed partial record MirrorDelay(SortedDictionary<double, double[]> Buckets, double[] Entries)
{
    /// <param name="expositions">Of the gateways, as Prometheus reads them.</param>
    public static MirrorDelay Read(IReadOnlyList<string> expositions)
    {
        var delay = new MirrorDelay([], new double[expositions.Count]);
        for (var gateway = 0; gateway < expositions.Count; gateway++)
        {
            foreach (Match line in Line().Matches(expositions[gateway]))
            {
                var count = double.Parse(line.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
                if (line.Groups[1].ValueSpan is "+Inf")
                {
                    delay.Entries[gateway] = count;
                    continue;
                }

                var bound = double.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                delay.Buckets.TryAdd(bound, new double[expositions.Count]);
                delay.Buckets[bound][gateway] = count;
            }
        }

        return delay;
    }

    /// <summary>What has come since then.</summary>
    public MirrorDelay Since(MirrorDelay before)
    {
        var since = new MirrorDelay([], Less(Entries, before.Entries));
        foreach (var (bound, counts) in Buckets)
        {
            since.Buckets[bound] = before.Buckets.TryGetValue(bound, out var earlier) ? Less(counts, earlier) : counts;
        }

        return since;
    }

    /// <summary>
    /// What so many of all entries did not exceed until the last of the gateways had them. One is late when it is late anywhere, and counts once for each
    /// gateway at which it is: a bound from above, and the next of the metric's.
    /// </summary>
    /// <param name="share">Of one.</param>
    /// <returns>Null when it is above all bounds, or nothing came.</returns>
    public TimeSpan? Last(double share)
    {
        var entries = Entries.Max();
        foreach (var (bound, counts) in Buckets)
        {
            if (entries > 0 && Less(Entries, counts).Sum() <= (1 - share) * entries)
            {
                return TimeSpan.FromSeconds(bound);
            }
        }

        return null;
    }

    private static double[] Less(double[] counts, double[] by) => [.. counts.Zip(by, (count, less) => count - less)];

    [GeneratedRegex("^sse_gateway_fleet_mirror_delay_seconds_bucket\\{[^}]*le=\"([^\"]+)\"[^}]*\\} ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
