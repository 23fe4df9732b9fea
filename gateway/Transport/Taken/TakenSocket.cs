using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SseGateway.Transport.Client;
using SseGateway.Transport.Polling;

namespace SseGateway.Transport.Taken;

/// <summary>
/// A client's connection that the server does not have any more: a descriptor. What the server and .NET keep for one, two pipes, two loops, the state of each
/// and the socket, is three times what is left of a stream without them.
/// </summary>
/// <remarks>
/// The server knows no way to let a connection go without shutting it down. So the descriptor is duplicated, and the one that the server has leads to another
/// socket from then on, which is nobody's. Linux only.
/// </remarks>
internal sealed partial class TakenSocket : SafeHandle
{
    // fcntl.h and sys/socket.h, the same on every architecture of Linux that .NET runs on.
    private const int DuplicateCloseOnExec = 1030;
    private const int CloseOnExec = 0x80000;
    private const int DontWait = 0x40;
    private const int ShutSending = 1;
    private const int SocketLevel = 1;
    private const int LingerOption = 13;

    // What a client may still send, which is for nobody. It is read away, since an end with something unread in it is a reset.
    private const int MostUnasked = 64 * 1024;

    // Shut down again and again, which this kind takes without being connected. Never closed.
    private static readonly Socket? Nobody = CreateNobody();

    private ITakenOwner? _owner;
    private volatile TaskCompletionSource? _room;
    private int _unasked;
    private volatile bool _closed;

    private TakenSocket(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle < 0;

    /// <summary>Tells it from one that has had the descriptor before; the watch's.</summary>
    internal uint Generation { get; set; }

    internal int Descriptor => (int)handle;

    /// <summary>Takes the connection. Nothing may be written to it meanwhile. What the server does with its own does nothing to it from then on.</summary>
    /// <param name="socket">The server's.</param>
    /// <returns>Null where it cannot be done, or is closed already: nothing has changed.</returns>
    public static TakenSocket? TryTake(Socket socket)
    {
        if (Nobody is null || !TakenWatch.Works)
        {
            return null;
        }

        var taken = TryTake(socket.SafeHandle, out var isOrphan);
        if (isOrphan)
        {
            // Nobody would see the client leave. Not while its handle is held: that is waited for.
            socket.Dispose();
        }

        return taken;
    }

    /// <summary>Has the owner told when the client is gone, also when it is by now. Once.</summary>
    public void Watch(ITakenOwner owner)
    {
        _owner = owner;
        if (!TakenWatch.TryAdd(this))
        {
            // The kernel's limit of watches.
            owner.NoteGone();
        }
    }

    /// <summary>Sends bytes as they lie. One at a time.</summary>
    /// <param name="bytes">They have to stay as they are until the task completes.</param>
    /// <param name="cancellation">Gives up, and ends the connection when a part has been sent.</param>
    /// <returns>Completed when nobody is there any more.</returns>
    public ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (!TrySend(ref bytes))
        {
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        }

        return bytes.IsEmpty ? default : SendRest(bytes, cancellation);
    }

    /// <summary>Ends what is sent to the client, who sees it behind what has been (a FIN).</summary>
    public void EndSending() => Use(static descriptor => shutdown(descriptor, ShutSending));

    /// <summary>Drops it: the client sees a reset, and gets nothing more of what is on its way. For who waits for it to be gone it is then.</summary>
    public void Abort()
    {
        Use(static descriptor =>
        {
            var now = new Linger(1, 0);
            return setsockopt(descriptor, SocketLevel, LingerOption, in now, Marshal.SizeOf<Linger>());
        });
        Dispose();
        _owner?.NoteGone();
    }

    /// <summary>Something has happened. Only for the watch.</summary>
    internal void Note(uint events)
    {
        if ((events & (Epoll.Out | Epoll.HungUp)) != 0)
        {
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
        }

        if ((events & Epoll.HungUp) != 0)
        {
            _owner!.NoteGone();
        }
        else if ((events & Epoll.In) != 0)
        {
            ReadAway();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            TakenWatch.Remove(this);
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
        }

        base.Dispose(disposing);
    }

    private static TakenSocket? TryTake(SafeSocketHandle handle, out bool isOrphan)
    {
        var held = false;
        isOrphan = false;
        try
        {
            // Its number cannot become another's meanwhile.
            handle.DangerousAddRef(ref held);
            var number = (int)handle.DangerousGetHandle();
            var descriptor = fcntl(number, DuplicateCloseOnExec, 0);
            if (descriptor < 0)
            {
                return null;
            }

            var taken = new TakenSocket(descriptor);
            if (RuntimePolling.TryRelease(number))
            {
                if (dup3((int)Nobody!.Handle, number, CloseOnExec) >= 0)
                {
                    return taken;
                }

                isOrphan = true;
            }

            taken.Dispose();
            return null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static Socket? CreateNobody()
    {
        try
        {
            return OperatingSystem.IsLinux() ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : null;
        }
        catch (SocketException)
        {
            // There may be systems that forbid this kind.
            return null;
        }
    }

    protected override bool ReleaseHandle() => close((int)handle) == 0;

    private async ValueTask<FlushResult> SendRest(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                // Asked for before it is waited for, and told at once if there is room by then.
                var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _room = room;
                if (_closed || !TakenWatch.AskForRoom(this))
                {
                    return new FlushResult(isCanceled: false, isCompleted: true);
                }

                await room.Task.WaitAsync(cancellation);
                if (!TrySend(ref bytes))
                {
                    return new FlushResult(isCanceled: false, isCompleted: true);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What was half sent cannot be taken back, and nothing may follow it: the connection ends here.
            Abort();
            throw;
        }

        return default;
    }

    // False when it is broken.
    private bool TrySend(ref ReadOnlyMemory<byte> bytes)
    {
        if (!NonBlockingSend.TrySend(this, bytes.Span, out var sent))
        {
            return false;
        }

        bytes = bytes[sent..];
        return true;
    }

    private void ReadAway() => Use(descriptor =>
    {
        Span<byte> unasked = stackalloc byte[1024];
        int read;
        while ((read = (int)recv(descriptor, unasked, unasked.Length, DontWait)) > 0 && (_unasked += read) < MostUnasked)
        {
        }

        // It has ended, or says more than anybody needs to.
        if (read >= 0)
        {
            _owner!.NoteGone();
        }

        return read;
    });

    // The number is not another's meanwhile.
    private void Use(Func<int, int> action)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            _ = action((int)handle);
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
        finally
        {
            if (held)
            {
                DangerousRelease();
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Linger(int IsOn, int Seconds);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int dup3(int from, int to, int flags);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setsockopt(int descriptor, int level, int option, in Linger value, int length);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint recv(int descriptor, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
