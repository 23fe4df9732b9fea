using System.Net.Sockets;

namespace SseGateway.Transport.Polling;

/// <summary>
/// A thread that waits for many sockets, and on which what is read from them is passed on. .NET's own looks three times at each event: whether there is
/// something, what it is, and whether there is more; here a read that does not fill the buffer has emptied the socket, and the next event says when
/// there is more (epoll(7), edge-triggered).
/// </summary>
internal sealed class Poller
{
    private const int MostEvents = 1024;

    private static readonly Poller[] All = Start();
    private static int _turn;

    private readonly int _epoll;
    private readonly Lock _lock = new();

    // Guarded by _lock; the thread reads the array as it finds it. What comes late for a place that is another's by then only has that one look.
    private readonly Stack<int> _free = new();
    private volatile Readiness?[] _places = [];

    private Poller(int epoll) => _epoll = epoll;

    /// <summary>Polls a connected socket until <see cref="Remove"/>; .NET no longer does.</summary>
    /// <param name="socket">Only to be read from without waiting from here on.</param>
    /// <param name="poller">Who does.</param>
    /// <returns>Null where it cannot be done: .NET has to wait for it.</returns>
    public static Readiness? TryAdd(SafeSocketHandle socket, out Poller? poller)
    {
        poller = All.Length == 0 ? null : All[(uint)Interlocked.Increment(ref _turn) % (uint)All.Length];
        return poller?.TryAdd(socket);
    }

    /// <summary>To be called once, before the socket is closed or after.</summary>
    public void Remove(Readiness readiness)
    {
        lock (_lock)
        {
            Volatile.Write(ref _places[readiness.Slot], null);
            _free.Push(readiness.Slot);
        }
    }

    private Readiness? TryAdd(SafeSocketHandle socket)
    {
        var readiness = new Readiness();
        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            var file = (int)socket.DangerousGetHandle();
            Take(readiness);
            _ = RuntimePolling.TryRelease(file);
            if (Epoll.TryAdd(_epoll, file, Epoll.In | Epoll.HungUp | Epoll.EdgeTriggered, (ulong)readiness.Slot))
            {
                return readiness;
            }

            // The kernel's limit of watches. By .NET's means it would not be heard of again, so it is looked at no further.
            Remove(readiness);
            throw new IOException("The connection to the upstream cannot be waited for.");
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    private void Take(Readiness readiness)
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                var first = _places.Length;
                var places = new Readiness?[Math.Max(first * 2, 64)];
                _places.CopyTo(places, 0);
                _places = places;
                for (var place = places.Length - 1; place >= first; place--)
                {
                    _free.Push(place);
                }
            }

            readiness.Slot = _free.Pop();
            Volatile.Write(ref _places[readiness.Slot], readiness);
        }
    }

    private static Poller[] Start()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        // Before there are own ones among them.
        RuntimePolling.Find();
        var pollers = new List<Poller>();
        for (var i = 0; i < Environment.ProcessorCount && Epoll.Create() is >= 0 and var epoll; i++)
        {
            var poller = new Poller(epoll);
            pollers.Add(poller);
            new Thread(poller.Run) { IsBackground = true, Name = "upstream" }.Start();
        }

        return [.. pollers];
    }

    private unsafe void Run()
    {
        var events = stackalloc byte[MostEvents * Epoll.EventBytes];
        var crowding = new Crowding(TimeProvider.System);
        while (true)
        {
            var gathered = 0;
            var count = Epoll.Wait(_epoll, events, MostEvents);
            for (var i = 0; i < count; i++)
            {
                var places = _places;
                var place = (int)Epoll.Data(events, i);
                if (Volatile.Read(ref places[place]) is { } readiness)
                {
                    gathered += readiness.IsGathered ? 1 : 0;
                    readiness.Set((Epoll.Events(events, i) & Epoll.HungUp) != 0);
                }
            }

            if (crowding.Note(gathered))
            {
                Thread.Sleep(Crowding.Round);
            }
        }
    }
}
