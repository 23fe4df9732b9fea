using LoadTests.Running.Samples;

namespace LoadTests.Report;

/// <summary>A line that is written over each second on a terminal, and every ten seconds into a file.</summary>
/// <param name="output">Where to.</param>
/// <param name="shown">Whether somebody else shows it on a terminal: then it is for files alone.</param>
internal sealed class ProgressLine(TextWriter output, bool shown = false)
{
    private const int EveryInFile = 10;

    private readonly bool _terminal = !Console.IsErrorRedirected;
    private int _told;

    public void Tell(Sample sample)
    {
        if (shown && _terminal)
        {
            return;
        }

        if (!_terminal && ++_told % EveryInFile != 0)
        {
            return;
        }

        var gateway = sample is { Cpu: { } cpu, Megabytes: { } megabytes } ? $"  gateway {cpu,5:0.0} % CPU {megabytes,6:0} MB" : "";
        var line = $"{sample.Second,5:0} s  {sample.Open,6} open  {sample.Events,7} events/s  {sample.Reconnects,6} reconnects/s{gateway}";
        output.Write(_terminal ? "\r" + line.PadRight(110) : line + "\n");
    }

    public void End()
    {
        if (_terminal && !shown)
        {
            output.Write("\r" + "".PadRight(110) + "\r");
        }
    }
}
