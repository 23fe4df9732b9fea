using System.Globalization;

namespace Gateway.Tests.Soak;

/// <summary>What a process holds, as Linux counts it.</summary>
/// <param name="Resident">Kilobytes of resident memory.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
internal sealed record Footprint(long Resident, int Handles)
{
    public static Footprint Of(int processId)
    {
        var resident = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new Footprint(
            long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture),
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length);
    }

    /// <summary>True when nothing is more than a tenth above what it was.</summary>
    public bool IsBackAt(Footprint before) => Resident <= before.Resident * 1.1 && Handles <= before.Handles * 1.1;
}
