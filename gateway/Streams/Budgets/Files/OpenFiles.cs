using System.Globalization;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>What the system says of the files this process has open. Linux only; elsewhere there is no telling.</summary>
internal static class OpenFiles
{
    private const string Limits = "/proc/self/limits";
    private const string Descriptors = "/proc/self/fd";
    private const string LimitName = "Max open files";

    /// <summary>How many there may be; null for no limit.</summary>
    public static int? Limit()
    {
        try
        {
            // "Max open files            1024                 524288               files": the first is the one in force.
            var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(LimitName, StringComparison.Ordinal));
            var soft = line?[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How many there are; zero when it cannot be told.</summary>
    public static int Count()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Descriptors).Count();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
