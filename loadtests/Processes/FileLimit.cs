using System.Globalization;

namespace LoadTests.Processes;

/// <summary>
/// How many files, and so connections, a process may have open. The runtime raises its own soft limit to the hard one when it starts, and
/// the processes it starts inherit that.
/// </summary>
internal static class FileLimit
{
    // Assemblies, logs, pipes, event queues.
    private const int Spare = 500;

    /// <exception cref="UsageException">The limit is too low.</exception>
    public static void Require(int connections)
    {
        if (!File.Exists("/proc/self/limits"))
        {
            return;
        }

        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) && limit < connections + Spare)
        {
            throw new UsageException($"a process needs {connections + Spare} open files for this and may have {limit} (ulimit -Hn); use fewer streams");
        }
    }
}
