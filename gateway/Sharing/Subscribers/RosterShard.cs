using SseGateway.Sharing.Log;
using SseGateway.Streams.Deadlines;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// A part of a roster that one thread at a time goes through. Subscribers of one connection stand beside each other, so that what they write leaves together;
/// else they stand in the order in which they came.
/// </summary>
internal sealed class RosterShard : IThreadPoolWorkItem
{
    // A send takes longer than memory does: what is asked for so many before is there in time.
    private const int SubscribersAhead = 3;

    // Frames on connections that several streams share are only handed over here: others write them, and until then each of them is in a buffer of 4 KB.
    private const int MostHandedOver = 512;

    private const int Resting = 0;
    private const int Running = 1;
    private const int RunningOnceMore = 2;

    private readonly Lock _lock = new();

    // Guarded by _lock, as are the links; whoever goes through reads where they lead to as it finds it.
    private volatile Subscriber? _first;
    private Subscriber? _last;
    private int _count;

    // The last one of each connection that several streams share; null while there is none.
    private Dictionary<SharedConnection, Subscriber>? _lastOf;

    // Those who have left while somebody goes through, linked by what came before them. Who stands at one of them has to find on from there.
    private int _passes;
    private Subscriber? _left;

    private int _state;

    // Where it is gone on from; null between two passes. The one's who goes through.
    private Subscriber? _at;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds it behind the others of its connection.</summary>
    /// <returns>False when there are none here.</returns>
    public bool TryJoin(Subscriber subscriber, SharedConnection connection)
    {
        lock (_lock)
        {
            if (_lastOf?.TryGetValue(connection, out var last) != true)
            {
                return false;
            }

            Insert(subscriber, last);
            _lastOf[connection] = subscriber;
            return true;
        }
    }

    public void Add(Subscriber subscriber)
    {
        lock (_lock)
        {
            if (subscriber.Connection is not { } connection)
            {
                Insert(subscriber, _last);
                return;
            }

            // Another of its connection may have come at the same moment.
            _lastOf ??= [];
            Insert(subscriber, _lastOf.GetValueOrDefault(connection, _last!));
            _lastOf[connection] = subscriber;
        }
    }

    public void Remove(Subscriber subscriber)
    {
        lock (_lock)
        {
            _count--;
            if (subscriber.Connection is { } connection && _lastOf![connection] == subscriber)
            {
                PassOn(connection, subscriber.Previous);
            }

            if (subscriber.Previous is { } previous)
            {
                previous.Next = subscriber.Next;
            }
            else
            {
                _first = subscriber.Next;
            }

            if (subscriber.Next is { } next)
            {
                next.Previous = subscriber.Previous;
            }
            else
            {
                _last = subscriber.Previous;
            }

            (subscriber.Previous, _left) = (_left, subscriber);
            LetGoOfLeft();
        }
    }

    /// <summary>Has all of them write what there is now. When that is being done, it is done once more.</summary>
    /// <param name="inline">True to do it before returning.</param>
    public void Wake(bool inline)
    {
        if (_first is null || Interlocked.Exchange(ref _state, RunningOnceMore) != Resting)
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
            if (_at is null)
            {
                Interlocked.Exchange(ref _state, Running);
                _at = Begin();
            }

            if (!TryPumpAll())
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _state, Resting, Running) != Running);
    }

    public void ForEach(Action<Subscriber> action)
    {
        try
        {
            for (var at = Begin(); at is not null; at = at.Next)
            {
                action(at);
            }
        }
        finally
        {
            End();
        }
    }

    // False when others have to be let through first, between two connections.
    private bool TryPumpAll()
    {
        var lease = default(LogLease);
        var ahead = _at;
        for (var i = 1; i < SubscribersAhead; i++)
        {
            ahead = LookAhead(ahead);
        }

        var handedOver = 0;
        while (_at is { } at)
        {
            ahead = LookAhead(ahead);

            // Where its socket is it has to say itself.
            var next = at.Next;
            if (next?.Socket is { } socket)
            {
                Prefetch.Object(socket, lines: 1);
            }

            at.Pump(ref lease);
            _at = next;
            if (at.Connection is { } connection && ++handedOver >= MostHandedOver && next is not null && next.Connection != connection)
            {
                lease.GiveBack();
                return false;
            }
        }

        lease.GiveBack();
        End();
        return true;
    }

    private static Subscriber? LookAhead(Subscriber? from)
    {
        var next = from?.Next;
        if (next is not null)
        {
            Prefetch.Object(next, Subscriber.HotLines);
        }

        return next;
    }

    private Subscriber? Begin()
    {
        lock (_lock)
        {
            _passes++;
            return _first;
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _passes--;
            LetGoOfLeft();
        }
    }

    // With the lock held. One that is gone would keep those behind it, as long as the collector has not seen that it is gone itself.
    private void LetGoOfLeft()
    {
        while (_passes == 0 && _left is { } left)
        {
            _left = left.Previous;
            (left.Previous, left.Next) = (null, null);
        }
    }

    // With the lock held. Linked on before it is linked to: whoever goes through may be there.
    private void Insert(Subscriber subscriber, Subscriber? previous)
    {
        var next = previous is null ? _first : previous.Next;
        (subscriber.Previous, subscriber.Next) = (previous, next);
        if (previous is null)
        {
            _first = subscriber;
        }
        else
        {
            previous.Next = subscriber;
        }

        if (next is null)
        {
            _last = subscriber;
        }
        else
        {
            next.Previous = subscriber;
        }

        _count++;
    }

    // With the lock held.
    private void PassOn(SharedConnection connection, Subscriber? previous)
    {
        if (previous?.Connection == connection)
        {
            _lastOf![connection] = previous;
        }
        else if (_lastOf!.Remove(connection) && _lastOf.Count == 0)
        {
            _lastOf = null;
        }
    }
}
