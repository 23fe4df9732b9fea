using System.Runtime.InteropServices;

namespace LoadTests.Report;

/// <summary>Where figures come from, without which they say nothing.</summary>
internal static class Machine
{
    public static string Text =>
        $"{Environment.ProcessorCount} cores{Processor()}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? " (" + line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() + ")"
            : "";
}
