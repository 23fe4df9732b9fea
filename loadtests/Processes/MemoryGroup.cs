using System.Globalization;

namespace LoadTests.Processes;

/// <summary>
/// A control group (cgroup v2) that a process is started in, for what the kernel counts as its memory. Whether one can be made depends on who has set up
/// the machine; when not, it says why.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Mount = "/sys/fs/cgroup";
    private const string OwnGroups = "/proc/self/cgroup";

    private static int _made;

    private readonly string? _folder;

    private MemoryGroup(string? folder, string? why) => (_folder, Unavailable) = (folder, why);

    /// <summary>Why there is none; null when there is.</summary>
    public string? Unavailable { get; }

    /// <summary>What a process writes its id to, to be in it; null when there is none.</summary>
    public string? ProcessesFile => _folder is null ? null : Path.Combine(_folder, "cgroup.procs");

    /// <summary>Makes one below the group of this program, or beside it: a group that has processes cannot have groups with limits below it.</summary>
    /// <param name="mount">Where cgroup v2 is mounted.</param>
    /// <param name="own">Which groups this program is in.</param>
    public static MemoryGroup Create(string mount = Mount, string own = OwnGroups)
    {
        try
        {
            if (!File.Exists(Path.Combine(mount, "cgroup.controllers")))
            {
                return new MemoryGroup(null, $"no cgroup v2 at {mount}");
            }

            if (File.ReadLines(own).FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal)) is not { } line)
            {
                return new MemoryGroup(null, "this program is in no group of cgroup v2");
            }

            var path = Path.Combine(mount, line["0::/".Length..]).TrimEnd('/');
            string[] parents = path == mount.TrimEnd('/') ? [path] : [path, Path.GetDirectoryName(path)!];
            if (parents.FirstOrDefault(CountsBelow) is not { } parent)
            {
                return new MemoryGroup(null, $"memory is not counted for groups below {string.Join(" or ", parents)}");
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"ssegateway-loadtests-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
            return new MemoryGroup(Directory.CreateDirectory(Path.Combine(parent, name)).FullName, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new MemoryGroup(null, failure.Message);
        }
    }

    /// <summary>The working set of its processes, as the kernel and what looks after containers count it.</summary>
    /// <returns>Null when there is no group, or the process has not come to be in it.</returns>
    public long? WorkingSet()
    {
        try
        {
            if (_folder is null || File.ReadAllText(ProcessesFile!).Length == 0)
            {
                return null;
            }

            var inactive = File.ReadLines(Path.Combine(_folder, "memory.stat")).First(line => line.StartsWith("inactive_file ", StringComparison.Ordinal));
            return Number(File.ReadAllText(Path.Combine(_folder, "memory.current"))) - Number(inactive["inactive_file ".Length..]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            if (_folder is not null)
            {
                Directory.Delete(_folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A process that is still there keeps it; an empty group costs nothing.
        }
    }

    private static bool CountsBelow(string group) =>
        File.Exists(Path.Combine(group, "cgroup.subtree_control"))
        && File.ReadAllText(Path.Combine(group, "cgroup.subtree_control")).Split((char[])[' ', '\n']).Contains("memory");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
