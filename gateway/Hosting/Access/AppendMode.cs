using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SseGateway.Hosting.Access;

/// <summary>
/// Has the kernel put each write at the end of a file. .NET's own appending writes where the end was when it opened the file: what another gateway has
/// added meanwhile would be written over, and a file that was emptied would get a hole.
/// </summary>
internal static partial class AppendMode
{
    // Of Linux, on all processors that .NET runs on.
    private const int SetFlags = 4;
    private const int Append = 0x400;

    /// <summary>On other systems nothing happens.</summary>
    /// <param name="file">Open for writing alone.</param>
    public static void Set(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = fcntl(file, SetFlags, Append);
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fcntl(SafeFileHandle file, int command, int flags);
}
