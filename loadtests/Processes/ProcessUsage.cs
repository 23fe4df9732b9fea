namespace LoadTests.Processes;

/// <summary>What a process has used.</summary>
/// <param name="Cpu">User and system time since its start.</param>
/// <param name="Memory">Resident bytes.</param>
/// <param name="Handles">Open files.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long Memory, int Handles)
{
    public double Megabytes => Memory / (1024.0 * 1024);

    /// <summary>Kilobytes more than before, for each of so many.</summary>
    public double KilobytesEach(ProcessUsage before, long count) => (Memory - before.Memory) / 1024.0 / Math.Max(1, count);

    /// <summary>Microseconds of CPU since before, for each of so many.</summary>
    public double MicrosecondsEach(ProcessUsage before, long count) => (Cpu - before.Cpu).TotalMicroseconds / Math.Max(1, count);

    /// <summary>CPU since before as percent of one core.</summary>
    public double PercentOfCore(ProcessUsage before, TimeSpan elapsed) => 100 * (Cpu - before.Cpu) / elapsed;
}
