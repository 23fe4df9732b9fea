using System.Collections.Concurrent;
using System.Net;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Sharing.Load;

/// <summary>Many clients of one stream that check what they get; some drop their connections at random and come back with their last id.</summary>
internal sealed class Swarm : IDisposable
{
    private readonly List<SwarmClient> _clients = [];
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<SwarmClient> _away = [];
    private readonly Random _random;
    private readonly int _dropsWanted;
    private readonly int _eventsBetween;
    private int _drops;
    private int _head;

    /// <param name="server">The gateway.</param>
    /// <param name="path">The stream.</param>
    /// <param name="count">How many clients.</param>
    /// <param name="drops">How often they drop their connections, all together.</param>
    /// <param name="eventsBetween">How many events a connection lives, at most; half as many on average.</param>
    /// <param name="seed">Of the chance.</param>
    public Swarm(IPEndPoint server, string path, int count, int drops = 0, int eventsBetween = 0, int seed = 0)
    {
        (Server, Path, _dropsWanted, _eventsBetween, _random) = (server, path, drops, eventsBetween, new Random(seed));
        for (var i = 0; i < count; i++) _clients.Add(new SwarmClient(this));
    }

    public IPEndPoint Server { get; }

    public string Path { get; }

    public IReadOnlyList<SwarmClient> Clients => _clients;

    /// <summary>What clients have found wrong.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public int Drops => Volatile.Read(ref _drops);

    /// <summary>One in so many that drop stays away, for up to <see cref="LongestAway"/> events.</summary>
    public int AwayOneIn { get; init; } = int.MaxValue;

    public int LongestAway { get; init; }

    /// <summary>Connects all and waits until they are open.</summary>
    public async Task OpenAsync()
    {
        foreach (var client in _clients) client.Connect(Events());
        await UntilAsync(() => _clients.All(client => client.IsOpen), "all clients to be open");
    }

    /// <summary>Waits for something, or for the first client that finds something wrong.</summary>
    public async Task UntilAsync(Func<bool> state, string what)
    {
        await Deadline.UntilAsync(() => !_failures.IsEmpty || state(), what);
        ThrowIfFailed();
    }

    public void ThrowIfFailed()
    {
        if (!_failures.IsEmpty) throw new InvalidDataException(string.Join('\n', _failures.Take(10)));
    }

    /// <summary>The upstream has sent this id: those that stay away until then come back.</summary>
    /// <param name="id">The id.</param>
    /// <param name="allComeBack">True for the last one: all do, and none stays away any more.</param>
    public void Sent(int id, bool allComeBack = false)
    {
        lock (_lock)
        {
            _head = id;
            for (var i = _away.Count - 1; i >= 0; i--)
            {
                var client = _away[i];
                if (!allComeBack && client.ComesBackAt > id) continue;
                _away.RemoveAt(i);
                client.Connect(Events());
            }
        }
    }

    public void Fail(string failure) => _failures.Enqueue(failure);

    /// <summary>A client has dropped its connection.</summary>
    public void Dropped(SwarmClient client)
    {
        int events;
        lock (_lock)
        {
            _drops++;
            if (_drops < _dropsWanted && _random.Next(AwayOneIn) == 0)
            {
                client.ComesBackAt = _head + _random.Next(LongestAway);
                _away.Add(client);
                return;
            }
            events = Events();
        }
        client.Connect(events);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private int Events()
    {
        lock (_lock) return _drops >= _dropsWanted ? 0 : _random.Next(1, _eventsBetween);
    }
}
