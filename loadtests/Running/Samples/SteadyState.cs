using System.Globalization;
using LoadTests.Measures;
using LoadTests.Processes;
using LoadTests.Report;

namespace LoadTests.Running.Samples;

/// <summary>What the gateway's process uses: for a stream that is opened, for one that is open, for an event.</summary>
/// <param name="conductor">Whose gateway it is.</param>
/// <param name="eventsAlone">Whether events are all that the gateway is busy with while it is measured.</param>
internal sealed class SteadyState(Conductor conductor, bool eventsAlone = true)
{
    private readonly ProcessUsage? _empty = conductor.Bed.Gateway?.Usage();
    private readonly MemoryUsage? _emptyMemory = conductor.Bed.Gateway?.Memory();
    private (ProcessUsage? Usage, MemoryUsage? Memory, Counts Counts) _open;
    private (ProcessUsage? Usage, Counts Counts, long At) _begin;
    private (ProcessUsage? Usage, Counts Counts, long At) _end;

    public void AllOpen() => _open = (conductor.Bed.Gateway?.Usage(), conductor.Bed.Gateway?.Memory(), conductor.Counts);

    public void Begin() => _begin = Now();

    public void End() => _end = Now();

    public IReadOnlyList<Figure> Figures
    {
        get
        {
            var figures = new List<Figure>();
            if (_empty is { } empty && _open.Usage is { } open)
            {
                figures.Add(new Figure("gateway CPU per opening", Text($"{open.MicrosecondsEach(empty, _open.Counts.Opened):0} us")));
                figures.Add(new Figure("gateway memory per stream", Text($"{open.KilobytesEach(empty, _open.Counts.Open):0.0} KB")));
            }

            if (_emptyMemory is { } emptyMemory && _open.Memory is { } openMemory)
            {
                var (_, proportional, workingSet) = openMemory.KilobytesEach(emptyMemory, _open.Counts.Open);
                figures.Add(new Figure("  proportional (PSS)", Text($"{proportional:0.0} KB")));
                figures.Add(new Figure("  as the kernel counts it", workingSet is { } kilobytes
                    ? Text($"{kilobytes:0.0} KB, {openMemory.WorkingSet / (1024.0 * 1024):0} MB in all (working set of its cgroup)")
                    : $"not available: {conductor.Bed.Gateway?.NoWorkingSet ?? "the gateway is in no group of its own"}"));
            }

            if (_open.Counts is { Connections: > 0 } counts)
            {
                figures.Add(new Figure("HTTP/2 connections", Text($"{counts.Connections}")));
            }

            if (_end.At == 0)
            {
                return figures;
            }

            var events = _end.Counts.Events - _begin.Counts.Events;
            var elapsed = TimeProvider.System.GetElapsedTime(_begin.At, _end.At);
            figures.Add(new Figure("events per second", Text($"{events / elapsed.TotalSeconds:#,0}")));
            if (_begin.Usage is { } begin && _end.Usage is { } end && _empty is { } start)
            {
                // With streams that are opened meanwhile it would be theirs too.
                if (eventsAlone && _begin.Counts.Opened == _end.Counts.Opened)
                {
                    figures.Add(new Figure("gateway CPU per event", Text($"{end.MicrosecondsEach(begin, events):0.0} us")));
                }

                figures.Add(new Figure("gateway CPU", Text($"{end.PercentOfCore(begin, elapsed):0} % of a core")));
                figures.Add(
                    new Figure("gateway memory at the end", Text($"{end.Megabytes:0} MB, {end.KilobytesEach(start, _end.Counts.Open):0.0} KB per stream")));
            }

            return figures;
        }
    }

    private (ProcessUsage? Usage, Counts Counts, long At) Now() => (conductor.Bed.Gateway?.Usage(), conductor.Counts, TimeProvider.System.GetTimestamp());

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
