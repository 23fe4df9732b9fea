using System.Diagnostics;
using System.Globalization;

namespace LoadTests.Processes;

/// <summary>
/// Ends the programs that were started here when this one is gone without having ended them: killed, it can do nothing itself. A shell reads
/// their ids until its input ends, which the system sees to, and ends those that are left.
/// </summary>
internal static class Watchdog
{
    // Ctrl+C in a terminal reaches it too, and is not for it. A proxy's workers end with it when it is asked to, not when it is killed.
    private const string Script = """
        trap '' INT
        ids=
        while read -r what id; do
          if [ "$what" = + ]; then ids="$ids $id"; continue; fi
          left=
          for each in $ids; do [ "$each" = "$id" ] || left="$left $each"; done
          ids=$left
        done
        [ -z "$ids" ] && exit
        kill -TERM $ids 2>/dev/null
        sleep 1
        kill -KILL $ids 2>/dev/null
        """;

    private static readonly Lock Telling = new();
    private static readonly Lazy<StreamWriter?> Input = new(Start);

    /// <summary>From now on it ends with this program.</summary>
    public static void Guard(int id) => Tell('+', id);

    /// <summary>It has ended, and its id may be somebody else's.</summary>
    public static void Forget(int id) => Tell('-', id);

    private static StreamWriter? Start()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var shell = Process.Start(new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardInput = true })!;
        shell.StandardInput.AutoFlush = true;
        return shell.StandardInput;
    }

    private static void Tell(char what, int id)
    {
        lock (Telling)
        {
            Input.Value?.Write(string.Create(CultureInfo.InvariantCulture, $"{what} {id}\n"));
        }
    }
}
