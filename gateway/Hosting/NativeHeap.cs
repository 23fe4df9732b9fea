using System.Runtime.InteropServices;

namespace SseGateway.Hosting;

/// <summary>
/// The heap that is not the collector's: OpenSSL's. The C library keeps the pages of what has been given back, which after thousands of TLS handshakes
/// is most of it.
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>Gives pages in which nothing lies back to the system (malloc_trim(3)).</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not every C library has it: musl gives them back by itself.
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nuint pad);
}
