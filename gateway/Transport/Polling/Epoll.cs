using System.Runtime.InteropServices;

namespace SseGateway.Transport.Polling;

/// <summary>epoll(7), as far as it is needed here.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>There is something to read.</summary>
    public const uint In = 0x1;

    /// <summary>There is room to write.</summary>
    public const uint Out = 0x4;

    /// <summary>The other side has ended, or the connection is broken: EPOLLERR, EPOLLHUP, EPOLLRDHUP.</summary>
    public const uint HungUp = 0x8 | 0x10 | 0x2000;

    /// <summary>Said once for each time that something comes.</summary>
    public const uint EdgeTriggered = 1u << 31;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Change = 3;

    // The structure is packed on x86 alone.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int DataOffset = IsPacked ? 4 : 8;

    /// <summary>Bytes of one event.</summary>
    public static readonly int EventBytes = DataOffset + 8;

    /// <summary>A new one; negative when there can be none.</summary>
    public static int Create() => epoll_create1(CloseOnExec);

    /// <summary>Has it tell of a file.</summary>
    /// <param name="epoll">Of <see cref="Create"/>.</param>
    /// <param name="file">Its number.</param>
    /// <param name="events">Of what.</param>
    /// <param name="data">What it says then.</param>
    public static bool TryAdd(int epoll, int file, uint events, ulong data) => Control(epoll, Add, file, events, data);

    /// <summary>Has it tell of another thing, also when that is there by now.</summary>
    /// <inheritdoc cref="TryAdd"/>
    public static bool TryChange(int epoll, int file, uint events, ulong data) => Control(epoll, Change, file, events, data);

    /// <returns>False when it does not tell of that file.</returns>
    public static bool TryRemove(int epoll, int file)
    {
        var none = stackalloc byte[16];
        return epoll_ctl(epoll, Delete, file, none) == 0;
    }

    /// <summary>Waits for as long as it takes.</summary>
    /// <returns>How many have been written to <paramref name="events"/>; negative when it was interrupted.</returns>
    public static int Wait(int epoll, byte* events, int most) => epoll_wait(epoll, events, most, timeout: -1);

    /// <summary>What happened.</summary>
    public static uint Events(byte* events, int index) => *(uint*)(events + (index * EventBytes));

    /// <summary>To what.</summary>
    public static ulong Data(byte* events, int index) => *(ulong*)(events + (index * EventBytes) + DataOffset);

    private static bool Control(int epoll, int operation, int file, uint events, ulong data)
    {
        var change = stackalloc byte[16];
        *(uint*)change = events;
        *(ulong*)(change + DataOffset) = data;
        return epoll_ctl(epoll, operation, file, change) == 0;
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_ctl(int epoll, int operation, int file, byte* change);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_wait(int epoll, byte* events, int most, int timeout);
}
