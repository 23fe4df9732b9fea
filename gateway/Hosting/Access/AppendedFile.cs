using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SseGateway.Hosting.Access;

/// <summary>
/// A file whose end is the kernel's to find, at each write. .NET's own appending writes where the end was when it opened the file: what another gateway has
/// added meanwhile would be written over, and a file that was emptied would get a hole. And .NET waits for somebody who reads a pipe.
/// </summary>
internal static partial class AppendedFile
{
    // Of Linux, on all processors that .NET runs on.
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SetFlags = 4;
    private const int MayWriteAndEnter = 2 | 1;
    private const int NoSuchDevice = 6;

    // As .NET and nginx have it: what the umask of the process leaves of it.
    private const int Everybody = 0x1b6;

    /// <summary>Opens a file, and makes it where there is none. Nothing is held back: what has been written is there for whoever reads along.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static FileStream Open(string path) => Open(path, Create);

    /// <summary>Tells whether a file could be opened, and makes none.</summary>
    /// <inheritdoc cref="Open(string)" path="/exception"/>
    public static void Check(string path)
    {
        if (File.Exists(path))
        {
            Open(path, create: 0).Dispose();
        }
        else if (OperatingSystem.IsLinux() && access(Path.GetDirectoryName(path)!, MayWriteAndEnter) != 0)
        {
            throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'");
        }
    }

    private static FileStream Open(string path, int create)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        var file = open(path, WriteOnly | Append | CloseOnExec | NonBlocking | create, Everybody);
        if (file.IsInvalid)
        {
            var (error, message) = (Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());
            file.Dispose();
            throw new IOException($"{(error == NoSuchDevice ? "Nobody reads this pipe" : message)} : '{path}'");
        }

        // Once there is a reader, the thread that writes may wait for it.
        _ = fcntl(file, SetFlags, Append);
        return new FileStream(file, FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int access(string path, int mode);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fcntl(SafeFileHandle file, int command, int flags);
}
