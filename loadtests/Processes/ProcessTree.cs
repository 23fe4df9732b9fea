using System.Globalization;

namespace LoadTests.Processes;

/// <summary>
/// A process with all that it has started, as Linux tells it: a proxy's work is done by its workers. Memory is PSS, in which a page that
/// several processes share counts once.
/// </summary>
internal static class ProcessTree
{
    // What sysconf(_SC_CLK_TCK) says on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static bool CanRead => Directory.Exists("/proc/self/task");

    /// <returns>CPU and memory of all of them; open files of the first alone.</returns>
    public static ProcessUsage Usage(int id)
    {
        var (ticks, kilobytes) = (0L, 0L);
        foreach (var each in Members(id))
        {
            ticks += Ticks(each);
            kilobytes += Pss(each);
        }

        return new ProcessUsage(TimeSpan.FromSeconds(ticks / TicksPerSecond), kilobytes * 1024, 0);
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

    private static long Pss(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
