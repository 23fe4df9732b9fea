using SseGateway.Transport.Polling;

namespace SseGateway.Transport.Taken;

/// <summary>One thread that waits for all connections that have been taken: that a client leaves, and that one who does not read has room again.</summary>
internal static class TakenWatch
{
    private const int MostEvents = 256;
    private const uint Always = Epoll.In | Epoll.HungUp | Epoll.EdgeTriggered;

    private static readonly Lock Lock = new();
    private static readonly int Poll = Start();

    // By descriptor. Guarded by Lock; the thread reads the array as it finds it.
    private static volatile TakenSocket?[] _places = [];
    private static uint _generation;

    /// <summary>False where there is no such thing.</summary>
    public static bool Works => Poll >= 0;

    /// <summary>Watches a socket until <see cref="Remove"/>.</summary>
    public static bool TryAdd(TakenSocket socket)
    {
        lock (Lock)
        {
            if (socket.IsClosed)
            {
                return false;
            }

            var place = socket.Descriptor;
            if (place >= _places.Length)
            {
                var places = new TakenSocket?[Math.Max(place + 1, _places.Length * 2)];
                _places.CopyTo(places, 0);
                _places = places;
            }

            socket.Generation = ++_generation;
            Volatile.Write(ref _places[place], socket);
            return Epoll.TryAdd(Poll, place, Always, Data(socket));
        }
    }

    /// <summary>To be called before it is closed.</summary>
    public static void Remove(TakenSocket socket)
    {
        lock (Lock)
        {
            var place = socket.Descriptor;
            if (place < _places.Length && _places[place] == socket)
            {
                Volatile.Write(ref _places[place], null);
            }
        }
    }

    /// <summary>Has the socket told when it can be written to, also when it can be by now.</summary>
    public static bool AskForRoom(TakenSocket socket)
    {
        lock (Lock)
        {
            var place = socket.Descriptor;
            return place < _places.Length && _places[place] == socket && Epoll.TryChange(Poll, place, Always | Epoll.Out, Data(socket));
        }
    }

    private static ulong Data(TakenSocket socket) => ((ulong)socket.Generation << 32) | (uint)socket.Descriptor;

    private static int Start()
    {
        if (!OperatingSystem.IsLinux())
        {
            return -1;
        }

        // Before there are own ones among them.
        RuntimePolling.Find();
        var poll = Epoll.Create();
        if (poll >= 0)
        {
            new Thread(() => Run(poll)) { IsBackground = true, Name = "clients" }.Start();
        }

        return poll;
    }

    private static unsafe void Run(int poll)
    {
        var events = stackalloc byte[MostEvents * Epoll.EventBytes];
        while (true)
        {
            var count = Epoll.Wait(poll, events, MostEvents);
            for (var i = 0; i < count; i++)
            {
                var data = Epoll.Data(events, i);
                var (places, place) = (_places, (int)(uint)data);
                if (Volatile.Read(ref places[place]) is { } socket && socket.Generation == (uint)(data >> 32))
                {
                    socket.Note(Epoll.Events(events, i));
                }
            }
        }
    }
}
