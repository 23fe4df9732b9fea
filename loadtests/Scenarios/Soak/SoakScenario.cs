using System.Globalization;
using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;
using LoadTests.Scenarios.Broadcast;

namespace LoadTests.Scenarios.Soak;

/// <summary>Minutes to hours with clients that come and go: do memory and handles stay, and is an event lost?</summary>
/// <param name="options">What all scenarios can be told.</param>
/// <param name="life">How long a client keeps a stream on average.</param>
/// <param name="seed">Of what is random.</param>
internal sealed class SoakScenario(LoadOptions options, TimeSpan life, int seed) : BroadcastScenario(options)
{
    // Memory at the end against memory after the first fifth: what grows with every stream or event shows in any of these runs.
    private const double MostGrowth = 1.10;
    private const double SpareMegabytes = 10;
    private const int SpareHandles = 50;

    public override string Name => "soak";

    public override string Question =>
        $"Clients that come and go every {life.TotalSeconds:0} s for long: do memory and handles of the gateway stay, and is an event lost?";

    public override LoadClient CreateClient(int number, Place place, IMeasured measured) => number < Options.EventSources
        ? base.CreateClient(number, place, measured)
        : new RestlessClient(RequestOf(number, place), measured, life, seed + number);

    protected override void JudgeStreams(LoadResult result, Requirements requirements)
    {
        requirements.Add(
            "no stream is ended but by its client, and none is refused",
            result.Counts is { Failed: 0, Refused: 0, Cut: 0, Ended: 0 },
            $"{ConsoleTable.Number(result.Counts.Opened)} opened, {result.Counts.Failed} failed, {result.Counts.Refused} refused, "
                + $"{result.Counts.Cut + result.Counts.Ended} ended");
        var with = result.Samples.Where(sample => sample is { Megabytes: not null, Handles: not null }).ToArray();
        if (with.Length < 10)
        {
            return;
        }

        var (early, late) = (with[(with.Length / 10)..(with.Length * 3 / 10)], with[^(with.Length / 5)..]);
        Compare("memory", "MB", Median(early, sample => sample.Megabytes!.Value), Median(late, sample => sample.Megabytes!.Value), SpareMegabytes);
        Compare("open files", "", Median(early, sample => sample.Handles!.Value), Median(late, sample => sample.Handles!.Value), SpareHandles);

        void Compare(string what, string unit, double before, double after, double spare) => requirements.Add(
            $"{what} of the gateway stay", after <= (before * MostGrowth) + spare,
            string.Create(CultureInfo.InvariantCulture, $"median {before:0} {unit} in the first fifth after the start, {after:0} {unit} in the last"));
    }

    private static double Median(Sample[] samples, Func<Sample, double> of) => samples.Select(of).Order().ElementAt(samples.Length / 2);
}
