using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>
/// The open files this process may have, shared out among its connections before it is too late: with none left .NET cannot start a thread, and a process
/// that needs one is gone.
/// </summary>
/// <remarks>
/// A client's connection is one file, an upstream's another. Streams are admitted until seven eighths are taken; the last eighth, or 200, is for connections
/// whose clients are told to come again. When that is full too, a connection waits a moment for one to be closed, and is closed itself. And when no
/// stream is admitted, connections on which no request comes have seconds only, instead of the two minutes that the server leaves them (ten
/// seconds for a TLS handshake).
/// </remarks>
internal sealed partial class FileBudget : ISwept
{
    // What no connection gets: the runtime's threads, name lookups, files that are read again, the admin listener.
    private const int Reserve = 100;

    // How far connections to upstreams may go into the reserve: whoever waits for one holds a client's connection, and would hold it for nothing.
    private const int ReserveForUpstreams = 25;

    // The program itself, when its first requests have had all of its libraries loaded (two files each): 270 to 290.
    private const int OfProgram = 300;

    // With less it would serve nobody at all.
    private const int Least = 32;

    // While there are so few, counting them all costs next to nothing; later what is not a connection does not change any more.
    private const int Few = 1000;

    // The operator's listener: a scraper, probes, somebody who looks. They are in the reserve.
    private const int OfAdmin = 32;
    private const int SweepsBetweenCounts = 10;

    // A refusal takes milliseconds, and its connection is closed behind it.
    private const int MostForRefusals = 200;

    // A client that is not away, over a slow network and with two round trips for TLS, has asked by then.
    private static readonly TimeSpan SilenceWhenScarce = TimeSpan.FromSeconds(3);

    // Connections that are moved from one file to another have both for a moment. When files are scarce so few at once, which the reserve has.
    private const int MostMoving = 32;

    // On a busy machine refusals may come to a standstill for a second or two; and longer than silence is suffered.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger<FileBudget> _logger;
    private readonly int? _limit;
    private readonly bool _shares;
    private readonly RareWarning _warning;
    private readonly Lock _lock = new();
    private int _sweeps;

    // Guarded by _lock, all of them.
    private int _capacity;
    private int _clients;
    private int _upstreams;
    private int _openings;
    private int _moving;
    private long _turnedAway;
    private bool _stuck;
    private TaskCompletionSource? _room;

    public FileBudget(TimeProvider time, ILogger<FileBudget> logger)
        : this(time, logger, OpenFiles.Limit(), int.MaxValue / 2)
    {
        _shares = _limit is not null;
        Count();
    }

    /// <param name="time">For waits, and for how often it warns.</param>
    /// <param name="logger">Where it warns.</param>
    /// <param name="limit">The open files the process may have; null for no limit.</param>
    /// <param name="capacity">Those among them that connections may have.</param>
    internal FileBudget(TimeProvider time, ILogger<FileBudget> logger, int? limit, int capacity) =>
        (_time, _logger, _limit, _capacity, _warning, Silent) = (time, logger, limit, capacity, new(time), new(time));

    /// <summary>A few files of the reserve, for a listener that has to answer when all others are taken.</summary>
    public FileBudget OfAdminListener() => new(_time, _logger, _limit, OfAdmin);

    /// <summary>Clients' connections without a request yet.</summary>
    public SilentConnections Silent { get; }

    /// <summary>The open files the process may have; null for no limit.</summary>
    public int? Limit => _limit;

    /// <summary>With fewer the program's own libraries may not be loaded, and then nobody is answered.</summary>
    public static int Needed => OfProgram + Reserve + Least;

    /// <summary>Those that connections may have.</summary>
    public int Capacity
    {
        get
        {
            lock (_lock)
            {
                return _capacity;
            }
        }
    }

    /// <summary>Streams that have a place, if there is nothing else: a relayed one takes two files, a shared one takes one.</summary>
    public int RoomForStreams => StreamCapacity(Capacity);

    /// <summary>Connections at this moment, clients' and upstreams'.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _clients + _upstreams;
            }
        }
    }

    /// <summary>Connections that were closed without an answer.</summary>
    public long TurnedAway
    {
        get
        {
            lock (_lock)
            {
                return _turnedAway;
            }
        }
    }

    /// <summary>True when no stream is admitted: a client that has its answer need not keep its connection.</summary>
    public bool Scarce
    {
        get
        {
            lock (_lock)
            {
                return Taken >= StreamCapacity(_capacity);
            }
        }
    }

    // Only under _lock. What a connection has twice for a moment is not among them: it would keep clients out.
    private int Taken => _clients + _upstreams + _openings;

    /// <summary>Takes a place for a client's connection, which it has as long as it is open. May wait a moment.</summary>
    /// <param name="hurry">Ends the wait.</param>
    /// <returns>False when there is none; then it has to be closed.</returns>
    public ValueTask<bool> TryAcceptAsync(CancellationToken hurry = default)
    {
        Task room;
        lock (_lock)
        {
            if (Taken < _capacity)
            {
                _clients++;
                return new(true);
            }

            if (_stuck)
            {
                _turnedAway++;
                return new(false);
            }

            room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        return WaitAsync(room, hurry);
    }

    /// <summary>A client's connection is closed.</summary>
    public void CloseClient() => GiveBack(ref _clients);

    /// <summary>Lets a client's connection have another file beside its own, which it gives back with <see cref="EndMove"/>.</summary>
    /// <returns>False when there are too few files for that.</returns>
    public bool TryMove()
    {
        lock (_lock)
        {
            if (_moving >= MostMoving && Taken + _moving >= StreamCapacity(_capacity))
            {
                return false;
            }

            _moving++;
            return true;
        }
    }

    /// <summary>A connection has one file again.</summary>
    public void EndMove()
    {
        lock (_lock)
        {
            _moving--;
        }
    }

    /// <summary>Takes a place for a connection to an upstream, which it has as long as it is open.</summary>
    public bool TryConnect()
    {
        lock (_lock)
        {
            // Those that are still to be made are counted when they are made: this may be one of them.
            if (_clients + _upstreams < _capacity + ReserveForUpstreams)
            {
                _upstreams++;
                return true;
            }
        }

        Warn();
        return false;
    }

    /// <summary>A connection to an upstream is closed.</summary>
    public void CloseUpstream() => GiveBack(ref _upstreams);

    /// <summary>Asks for a stream's place. A relayed one keeps a file for its upstream until <see cref="NoteOpened"/>.</summary>
    public bool TryOpen(StreamMode mode)
    {
        lock (_lock)
        {
            var relayed = mode == StreamMode.Relay ? 1 : 0;
            if (Taken + relayed <= StreamCapacity(_capacity))
            {
                _openings += relayed;
                return true;
            }
        }

        Warn();
        return false;
    }

    /// <summary>The upstream of a relayed stream has answered, or will not: its connection counts for itself.</summary>
    public void NoteOpened() => GiveBack(ref _openings);

    /// <summary>Counts what is open beside the connections, and closes silent ones when their files are wanted.</summary>
    public void Sweep()
    {
        if (Scarce)
        {
            Silent.CloseAfter(SilenceWhenScarce);
        }

        if (_shares && ++_sweeps % SweepsBetweenCounts == 0 && Connections < Few)
        {
            Count();
        }
    }

    private static int StreamCapacity(int capacity) => capacity - Math.Min(capacity / 8, MostForRefusals);

    private void Count()
    {
        if (_shares)
        {
            var open = OpenFiles.Count();
            lock (_lock)
            {
                _capacity = Math.Max(Least, _limit!.Value - Reserve - Math.Max(OfProgram, open - _clients - _upstreams - _moving));
            }
        }
    }

    private async ValueTask<bool> WaitAsync(Task room, CancellationToken hurry)
    {
        await room.WaitAsync(Patience, _time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (Taken < _capacity)
            {
                _clients++;
                return true;
            }

            _stuck = true;
            _turnedAway++;
        }

        Warn();
        return false;
    }

    private void GiveBack(ref int count)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            count--;
            if (Taken < _capacity)
            {
                (room, _room, _stuck) = (_room, null, false);
            }
        }

        room?.TrySetResult();
    }

    private void Warn()
    {
        if (!_warning.IsDue())
        {
            return;
        }

        int taken, capacity;
        lock (_lock)
        {
            (taken, capacity) = (Taken, _capacity);
        }

        LogScarce(_logger, taken, capacity, _limit ?? 0);
    }

    [LoggerMessage(EventId = 170, Level = LogLevel.Warning,
        Message = "Clients are turned away: connections take {Taken} of {Capacity} open files. The process may have {Limit} (ulimit -n, LimitNOFILE)")]
    private static partial void LogScarce(ILogger logger, int taken, int capacity, int limit);
}
