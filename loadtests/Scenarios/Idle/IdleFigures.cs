using System.Globalization;
using LoadTests.Report;

namespace LoadTests.Scenarios.Idle;

/// <param name="Percent">CPU of the gateway in percent of one core.</param>
/// <param name="Megabytes">Resident memory of the gateway at the end.</param>
/// <param name="FramesPerSecond">What the clients received.</param>
/// <param name="Ended">Streams that were over at the end.</param>
internal readonly record struct IdleFigures(double Percent, double Megabytes, double FramesPerSecond, int Ended)
{
    public Figure Figure(string what) =>
        new(what, string.Create(CultureInfo.InvariantCulture, $"{Percent:0.00} % of a core, {Megabytes:0} MB, {FramesPerSecond:0} heartbeats/s"));
}
