namespace LoadTests.Processes;

/// <summary>What a process has used.</summary>
/// <param name="Cpu">User and system time since its start.</param>
/// <param name="Memory">Resident bytes.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long Memory)
{
    public double Megabytes => Memory / (1024.0 * 1024);

    /// <summary>Kilobytes more than before, for each of so many.</summary>
    public double KilobytesEach(ProcessUsage before, int count) => (Memory - before.Memory) / 1024.0 / count;

    /// <summary>Microseconds of CPU since before, for each of so many.</summary>
    public double MicrosecondsEach(ProcessUsage before, int count) => (Cpu - before.Cpu).TotalMicroseconds / count;

    /// <summary>CPU since before as percent of one core.</summary>
    public double PercentOfCore(ProcessUsage before, TimeSpan elapsed) => 100 * (Cpu - before.Cpu) / elapsed;
}
