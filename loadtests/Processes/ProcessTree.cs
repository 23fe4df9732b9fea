using System.Globalization;

namespace LoadTests.Processes;

/// <summary>
/// A process with all that it has started, as Linux tells it: a proxy's work is done by its workers.
/// </summary>
internal static class ProcessTree
{
    // What sysconf(_SC_CLK_TCK) says on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static bool CanRead => Directory.Exists("/proc/self/task");

    /// <returns>CPU of all of them.</returns>
    public static TimeSpan Cpu(int id) => TimeSpan.FromSeconds(Members(id).Sum(Ticks) / TicksPerSecond);

    /// <returns>Memory of all of them; what the kernel counts for a group is not known here.</returns>
    public static MemoryUsage Memory(int id)
    {
        var (resident, proportional) = (0L, 0L);
        foreach (var (rss, pss) in Members(id).Select(Kilobytes))
        {
            (resident, proportional) = (resident + rss, proportional + pss);
        }

        return new MemoryUsage(1024 * resident, 1024 * proportional, null);
    }

    private static List<int> Members(int id)
    {
        List<int> members = [id];
        for (var i = 0; i < members.Count; i++)
        {
            members.AddRange(Children(members[i]));
        }

        return members;
    }

    private static int[] Children(int id)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{id}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture))
                .ToArray();
        }
        catch (IOException)
        {
            // It has ended.
            return [];
        }
    }

    private static long Ticks(int id)
    {
        try
        {
            // After the name in brackets, which may hold anything: state is the third field, user and system time are the 14th and 15th.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static (long Resident, long Proportional) Kilobytes(int id)
    {
        try
        {
            var lines = File.ReadAllLines($"/proc/{id}/smaps_rollup");
            return (Kilobytes(lines, "Rss:"), Kilobytes(lines, "Pss:"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static long Kilobytes(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : 0;
}
