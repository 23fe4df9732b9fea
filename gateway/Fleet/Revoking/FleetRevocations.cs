using SseGateway.Fleet.Store;
using SseGateway.Streams.Life;
using SseGateway.Streams.Revoking;
using StackExchange.Redis;

namespace SseGateway.Fleet.Revoking;

/// <summary>
/// Revocations of all gateways: told to the others at once, and kept in the store for those that did not hear it or were not there. Looked at in memory, as
/// without a fleet.
/// </summary>
internal sealed partial class FleetRevocations : BackgroundService
{
    // A credential that is good for longer than this is an API key, and is taken out of the settings by then.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    private static readonly TimeSpan LeastCompare = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MostCompare = TimeSpan.FromSeconds(60);

    // Gateways come back to a store one after the other, and one that tells is not heard by one that does not listen yet.
    private const int TimesAfterJoining = 3;
    private static readonly TimeSpan CompareAfterJoining = TimeSpan.FromSeconds(3);

    // How long the start waits to know who may not come in, by the machine's clock, as the connection to the store does.
    private static readonly TimeSpan MostStarting = TimeSpan.FromSeconds(1);

    private readonly FleetStore _store;
    private readonly StreamRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetRevocations> _logger;
    private readonly string _key;
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly TaskCompletionSource _compared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _timesLeft;

    public FleetRevocations(FleetStore store, StreamRegistry registry, TimeProvider time, ILogger<FleetRevocations> logger)
    {
        (_store, _registry, _time, _logger) = (store, registry, time, logger);
        _key = $"{store.Prefix}:{{revoked}}";
        store.Joined += () =>
        {
            Volatile.Write(ref _timesLeft, TimesAfterJoining);
            CompareSoon();
        };
        store.Told += word =>
        {
            if (RevocationWord.Hear(word.Span) is { } revocation)
            {
                Take(revocation, stream => revocation.IsKey ? stream.KeyId == revocation.Name : stream.Subject == revocation.Name);
            }
        };
    }

    /// <summary>Has the whole fleet know a revocation that this gateway has already.</summary>
    /// <returns>False when the store is away: the others will know when it is back, if this gateway still lives then.</returns>
    public async Task<bool> TellAsync(Revocation revocation)
    {
        try
        {
            await KeepAsync([revocation]).ConfigureAwait(false);
            await _store.TellAsync(RevocationWord.Tell(revocation)).ConfigureAwait(false);
            return true;
        }
        catch (StoreAwayException)
        {
            LogUntold(_logger);
            CompareSoon();
            return false;
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        await _compared.Task.WaitAsync(MostStarting, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var wait = LeastCompare + (Random.Shared.NextDouble() * (MostCompare - LeastCompare));
            await _due.WaitAsync(Interlocked.Decrement(ref _timesLeft) >= 0 ? CompareAfterJoining : wait, stoppingToken).ConfigureAwait(false);
            try
            {
                await CompareAsync().ConfigureAwait(false);
                _compared.TrySetResult();
            }
            catch (StoreAwayException)
            {
                // It will be compared when it is back.
            }
        }
    }

    private void CompareSoon()
    {
        try
        {
            _due.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is due already.
        }
    }

    private async Task CompareAsync()
    {
        if (!_store.Status.IsHere)
        {
            return;
        }

        var oldest = (_time.GetUtcNow() - Kept).ToUnixTimeMilliseconds();
        await _store.RunAsync(redis => redis.SortedSetRemoveRangeByScoreAsync(_key, double.NegativeInfinity, oldest)).ConfigureAwait(false);
        var kept = (await _store.RunAsync(redis => redis.SortedSetRangeByRankWithScoresAsync(_key)).ConfigureAwait(false))
            .Select(entry => RevocationWord.Read((string?)entry.Element ?? "", entry.Score)).OfType<Revocation>()
            .ToDictionary(RevocationWord.Member, StringComparer.Ordinal);
        var unkept = _registry.Revocations.All.Where(own => RevocationWord.Score(own) > oldest
            && (!kept.TryGetValue(RevocationWord.Member(own), out var known) || RevocationWord.Score(known) < RevocationWord.Score(own))).ToList();
        foreach (var revocation in kept.Values.Where(IsNew))
        {
            // Whoever has come with a newer credential since then stays.
            Take(revocation, stream => _registry.Revocations.Cover(stream.Subject, stream.KeyId, stream.IssuedAt));
        }

        if (unkept.Count > 0)
        {
            await KeepAsync(unkept).ConfigureAwait(false);
            foreach (var revocation in unkept)
            {
                await _store.TellAsync(RevocationWord.Tell(revocation)).ConfigureAwait(false);
            }
        }
    }

    private async Task KeepAsync(IEnumerable<Revocation> revocations)
    {
        var entries = revocations.Select(revocation => new SortedSetEntry(RevocationWord.Member(revocation), RevocationWord.Score(revocation))).ToArray();
        await _store.RunAsync(redis => redis.SortedSetAddAsync(_key, entries, SortedSetWhen.GreaterThan)).ConfigureAwait(false);
        await _store.RunAsync(redis => redis.KeyExpireAsync(_key, Kept)).ConfigureAwait(false);
    }

    private bool IsNew(Revocation revocation) =>
        _registry.Revocations.Find(revocation.IsKey, revocation.Name) is not { } known
        || known.ToUnixTimeMilliseconds() < revocation.At.ToUnixTimeMilliseconds();

    // In this order: a stream that is being admitted looks at the revocations after it is listed.
    private void Take(Revocation revocation, Func<LiveStream, bool> which)
    {
        if (!IsNew(revocation))
        {
            return;
        }

        if (!_registry.Revocations.TryAdd(revocation))
        {
            LogFull(_logger, Revocations.Capacity);
        }

        LogHeard(_logger, _registry.End(which, CloseReason.Revoked));
    }

    // Not whom, as in the line of the gateway that was asked.
    [LoggerMessage(EventId = 193, Level = LogLevel.Warning, Message = "A credential was revoked at another gateway; {Ended} streams were ended here")]
    private static partial void LogHeard(ILogger logger, int ended);

    [LoggerMessage(EventId = 194, Level = LogLevel.Warning,
        Message = "A revocation could not be told to the fleet: its Redis is away. Other gateways will know when it is back")]
    private static partial void LogUntold(ILogger logger);

    [LoggerMessage(EventId = 195, Level = LogLevel.Error, Message = "A revocation of the fleet was not taken: this gateway remembers {Capacity} already")]
    private static partial void LogFull(ILogger logger, int capacity);
}
