using System.Diagnostics;
using System.Globalization;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>What the system says of the target's process.</summary>
internal sealed class TargetProcess(int id)
{
    public long ResidentBytes => Read(process => process.WorkingSet64);

    public double CpuSeconds => Read(process => process.TotalProcessorTime.TotalSeconds);

    /// <summary>Open files and sockets.</summary>
    public int Handles =>
        Directory.Exists($"/proc/{id}/fd") ? Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count() : Read(process => process.HandleCount);

    /// <summary>That of the limits; null where the profile names none.</summary>
    public static TargetProcess? Of(TargetProfile profile) => From(profile, profile.Process?.PidFile);

    /// <summary>That of the target without limits; null where the profile names none.</summary>
    public static TargetProcess? OfUnlimited(TargetProfile profile) => From(profile, profile.Process?.UnlimitedPidFile);

    private static TargetProcess? From(TargetProfile profile, string? file) =>
        file is null ? null : new TargetProcess(int.Parse(File.ReadAllText(profile.File(file)), CultureInfo.InvariantCulture));

    private T Read<T>(Func<Process, T> value)
    {
        using var process = Process.GetProcessById(id);
        return value(process);
    }
}
