using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Subscribers;

/// <summary>A part of a roster that one thread at a time goes through.</summary>
/// <param name="pageLength">Places that it grows by; with each event all of them are looked at.</param>
internal sealed class RosterShard(int pageLength) : IThreadPoolWorkItem
{
    // A send takes longer than memory does: what is asked for so many before is there in time.
    private const int SubscribersAhead = 3;
    private const int SocketsAhead = 1;

    private const int Resting = 0;
    private const int Running = 1;
    private const int RunningOnceMore = 2;

    private readonly Lock _lock = new();

    // Guarded by _lock; whoever goes through reads the arrays as it finds them.
    private readonly Stack<int> _free = new();
    private volatile Subscriber?[][] _pages = [];
    private int _count;
    private int _state;

    public int Count => Volatile.Read(ref _count);

    public int Add(Subscriber subscriber)
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                var first = _pages.Length * pageLength;
                _pages = [.. _pages, new Subscriber?[pageLength]];
                for (var place = first + pageLength - 1; place >= first; place--)
                {
                    _free.Push(place);
                }
            }

            _count++;
            var taken = _free.Pop();
            Volatile.Write(ref _pages[taken / pageLength][taken % pageLength], subscriber);
            return taken;
        }
    }

    public void Remove(int place)
    {
        lock (_lock)
        {
            Volatile.Write(ref _pages[place / pageLength][place % pageLength], null);
            _free.Push(place);
            _count--;
        }
    }

    /// <summary>Has all of them write what there is now. When that is being done, it is done once more.</summary>
    /// <param name="inline">True to do it before returning.</param>
    public void Wake(bool inline)
    {
        if (_pages.Length == 0 || Interlocked.Exchange(ref _state, RunningOnceMore) != Resting)
        {
            return;
        }

        if (inline)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public void Execute()
    {
        do
        {
            Interlocked.Exchange(ref _state, Running);
            PumpAll();
        }
        while (Interlocked.CompareExchange(ref _state, Resting, Running) != Running);
    }

    public void ForEach(Action<Subscriber> action)
    {
        foreach (var page in _pages)
        {
            for (var i = 0; i < page.Length; i++)
            {
                if (Volatile.Read(ref page[i]) is { } subscriber)
                {
                    action(subscriber);
                }
            }
        }
    }

    private void PumpAll()
    {
        var lease = default(LogLease);
        foreach (var page in _pages)
        {
            for (var i = 0; i < page.Length; i++)
            {
                LookAhead(page, i);
                if (Volatile.Read(ref page[i]) is { } subscriber)
                {
                    subscriber.Pump(ref lease);
                }
            }
        }

        lease.GiveBack();
    }

    // The subscriber first: where its socket is it has to say itself.
    private static void LookAhead(Subscriber?[] page, int i)
    {
        if (i + SubscribersAhead < page.Length && Volatile.Read(ref page[i + SubscribersAhead]) is { } subscriber)
        {
            Prefetch.Object(subscriber, Subscriber.HotLines);
        }

        if (i + SocketsAhead < page.Length && Volatile.Read(ref page[i + SocketsAhead])?.Socket is { } socket)
        {
            Prefetch.Object(socket, lines: 1);
        }
    }
}
