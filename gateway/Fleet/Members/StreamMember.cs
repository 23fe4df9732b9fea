using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Fleet.Leases;
using SseGateway.Fleet.Mirrors;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Members;

/// <summary>
/// This gateway's part in a stream of the fleet's: it mirrors the log, and where nobody has the upstream and clients are here, it takes the lease and dials.
/// </summary>
internal sealed class StreamMember : IFrameSink, IFleetStream
{
    // A lease is over when the store says so, and not before.
    private static readonly TimeSpan AfterLease = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    // What a client with a cursor waits for at most to be told of a gap.
    private static readonly TimeSpan MostCatchUp = TimeSpan.FromSeconds(1);

    // What clients wait for at most that the upstream says something else of a stream that has been without a leader.
    private static readonly TimeSpan MostSilence = TimeSpan.FromMilliseconds(500);

    private readonly SharedStream _shared;
    private readonly MemberServices _services;
    private readonly StreamStanding _standing;
    private readonly StreamMirror _mirror;
    private readonly StreamLease _lease;
    private readonly StoreChannel _channel;
    private readonly Signal _signal = new();
    private volatile StreamLead? _lead;
    private volatile bool _isMirrored;
    private volatile bool _isLocal;
    private volatile string _leader = "";
    private bool _wasLocal;
    private long _patience;

    /// <param name="shared">The stream.</param>
    /// <param name="services">What all members have in common.</param>
    /// <param name="number">Of this member, among all that this process has ever had.</param>
    public StreamMember(SharedStream shared, MemberServices services, long number)
    {
        (_shared, _services) = (shared, services);
        Keys = new StreamKeys(services.Store.Prefix, shared.Key.OfFleet(shared.Request));
        _standing = new StreamStanding(shared, services.Unshared, () => IsLeading, Wake);
        _mirror = new StreamMirror(shared, services.Store, Keys, services.Reads, services.Metrics, _standing);
        _lease = new StreamLease(services.Store, Keys, services.Settings, KeysLive(shared.Settings), $"{services.Store.NodeId}/{number}");
        _channel = new StoreChannel(Keys.Channel, Hear);
    }

    public SharedStream Shared => _shared;

    public string RouteId => _shared.Key.RouteId;

    /// <summary>What it was asked for by, for operators.</summary>
    public string Path => _shared.ShownPath;

    /// <summary>Its clients here.</summary>
    public int Clients => _shared.Users;

    public StreamKeys Keys { get; }

    public bool IsLeading => _lead is not null;

    /// <summary>True while this gateway has an upstream of its own, since the store is away.</summary>
    public bool IsLocal => _isLocal;

    /// <summary>True while this gateway has the upstream and clients of others wait for it, as of its last renewal.</summary>
    public bool IsWanted => _lead is { IsWanted: true };

    /// <summary>The node that has the upstream, by its id; empty when nobody is known to.</summary>
    public string Leader => IsLeading ? _services.Store.NodeId : _leader.Split('/')[0];

    public EntryId Top => _mirror.Top;

    public long Lag => _mirror.Lag;

    public bool IsMirrored => true;

    public long Next => _lead?.Next ?? _shared.Log.Next;

    public string Epoch => _lead?.Epoch ?? _mirror.Epoch;

    public void Append(in LogFrame frame)
    {
        if (_lead is { } lead)
        {
            lead.Append(frame);
        }
        else if (_isLocal)
        {
            _mirror.TakeLocal(frame);
        }
    }

    public ValueTask FlushAsync()
    {
        if (_lead is { } lead)
        {
            return lead.FlushAsync();
        }

        _shared.Publish();
        return default;
    }

    public async Task CatchUpAsync()
    {
        if (!IsLeading && _isMirrored)
        {
            await _mirror.FillAsync().WaitAsync(MostCatchUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Wanted() => Wake();

    public void BeginAfter(ReadOnlySpan<byte> cursor) => _lead?.BeginAfter(cursor);

    void IFrameSink.Opened(UpstreamHead head) => _lead?.Opened(head);

    /// <summary>Gives the upstream to another gateway that waits for it, if one does: this one goes down.</summary>
    public void HandOver()
    {
        if (_lead is { IsWanted: true } lead)
        {
            lead.End();
        }
    }

    /// <summary>
    /// The store is here again. The one who had the upstream when it went has it first: its lease may have ended, or been lost, while it could not renew it,
    /// and it has what clients were promised.
    /// </summary>
    public void StoreIsBack()
    {
        if (!IsLeading && _leader.Length > 0)
        {
            BePatient();
        }

        Compare();
    }

    /// <summary>Messages may have been missed.</summary>
    public void Compare()
    {
        _lead?.Verify();
        if (_isMirrored)
        {
            _ = _mirror.FillAsync();
        }

        Wake();
    }

    /// <summary>Until the stream is closed. Never throws but for a fault.</summary>
    public async Task RunAsync()
    {
        await using var closed = _shared.Closed.UnsafeRegister(static self => ((StreamMember)self!).Wake(), this);
        try
        {
            while (!_shared.Closed.IsCancellationRequested)
            {
                try
                {
                    await StepAsync().ConfigureAwait(false);
                }
                catch (StoreAwayException)
                {
                    await _signal.WaitAsync(Again).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await _services.Store.UnsubscribeAsync(_channel).ConfigureAwait(false);
        }
    }

    private bool MayWaitForStore => !_services.IsStoreGivenUp && !_shared.Closed.IsCancellationRequested;

    private bool WantsLead => !_services.IsDraining && _shared.Users > 0 && !_shared.Rests;

    private async Task StepAsync()
    {
        if (_services.IsStoreGivenUp)
        {
            await BeAloneAsync().ConfigureAwait(false);
        }
        else if (!_isMirrored)
        {
            await JoinAsync().ConfigureAwait(false);
        }
        else if (WantsLead && Patience() is var patience && patience > TimeSpan.Zero)
        {
            await _signal.WaitAsync(patience).ConfigureAwait(false);
        }
        else if (WantsLead)
        {
            var acquired = await _lease.AcquireAsync(isWanted: true, _leader.Length > 0 ? _mirror.Top : default).ConfigureAwait(false);
            if (acquired.IsMine)
            {
                await LeadAsync(acquired, wasLocal: false).ConfigureAwait(false);
                return;
            }

            if (acquired.Before.Length == 0)
            {
                // The store has lost what was there. However often something wakes this member: it is first for the one who had the lease.
                BePatient();
            }

            _leader = acquired.Before;
            if (_standing.IsOpen)
            {
                // Whoever came after an end that this gateway has heard of and another one has dialled after.
                _shared.Run.Open();
            }

            await _signal.WaitAsync(acquired.Left + AfterLease + (Jitter * Random.Shared.NextDouble())).ConfigureAwait(false);
        }
        else
        {
            await _signal.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
    }

    private void BePatient() => Volatile.Write(ref _patience, (_shared.Now + _services.Settings.Lease).Ticks);

    private TimeSpan Patience() => TimeSpan.FromTicks(Volatile.Read(ref _patience)) - _shared.Now;

    private async Task JoinAsync()
    {
        await _services.Store.SubscribeAsync(_channel).ConfigureAwait(false);
        if (_wasLocal && WantsLead)
        {
            var acquired = await _lease.AcquireAsync(isWanted: true).ConfigureAwait(false);
            if (acquired.IsMine)
            {
                // The others are told of a gap; the clients here go on where they are.
                (_isMirrored, _wasLocal) = (true, false);
                _mirror.EndLocal();
                await LeadAsync(acquired, wasLocal: true).ConfigureAwait(false);
                return;
            }
        }

        var look = await _mirror.JoinAsync(again: _wasLocal && _shared.Log.HasFrames).ConfigureAwait(false);
        (_wasLocal, _leader) = (false, look.Owner);
        var isLost = look.Owner.Length > 0
            ? look.Top.Generation != 0 && look.Head is null
            : look.Top.Generation == 0 && !await _services.Store.RemembersAsync().ConfigureAwait(false);
        if (isLost)
        {
            // Whoever leads, or did a moment ago, will say it again.
            await _signal.WaitAsync(Again).ConfigureAwait(false);
            return;
        }

        _isMirrored = true;
        _standing.IsOpen = new StreamRecord(look.State).Kind is RecordKind.Opened or RecordKind.Lost;
        if (_standing.IsOpen && look.Owner.Length > 0)
        {
            _shared.Run.Open();
        }
        else if (look.Top.Generation == 0 && look.Owner.Length == 0 && look.Refusal is { } refusal)
        {
            Refuse(refusal);
        }
    }

    private async Task LeadAsync(Acquisition acquired, bool wasLocal)
    {
        var (top, mine) = (acquired.Top, _mirror.Top);
        if (!wasLocal && top.IsAbove(mine))
        {
            await _mirror.FillAsync().ConfigureAwait(false);
            mine = _mirror.Top;
        }

        if (!wasLocal && top.IsAbove(mine))
        {
            await _lease.ReleaseAsync(refusal: null).ConfigureAwait(false);
            throw new StoreAwayException("what it has could not be read");
        }

        // It goes on only where nothing is missing in between: a store that has lost something does not say so.
        var goesOn = !wasLocal && mine.Generation != 0 && mine == top;
        var next = Math.Max(_services.Time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(top.Generation, mine.Generation) + 1);
        var generation = goesOn ? mine.Generation : next;
        using var lead = new StreamLead(
            _shared, _mirror, _lease, _services.Store, _services.Metrics, generation, wasLocal ? default : mine, () => MayWaitForStore);
        if (acquired.Before.Length > 0 && acquired.Before != _lease.Owner)
        {
            _services.NoteTakeover(_shared, acquired.Before);
        }

        _shared.Feed.Lead(_mirror.Position());
        _lead = lead;
        _ = ServeMeanwhileAsync(lead.Over);
        var appending = Task.Run(lead.RunAsync);
        var left = _standing.Due - _shared.Now;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _services.Time, lead.Over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _services.Loop.RunAsync(_shared, lead, _standing.Ends).ConfigureAwait(false);
        lead.Complete();
        await appending.ConfigureAwait(false);
        if (lead.HasEnded && !lead.IsFenced)
        {
            await UntilAtRestAsync().ConfigureAwait(false);
        }

        (_lead, _leader) = (null, "");
        _shared.IsHeldOpen = false;
        if (lead.IsFenced)
        {
            _services.NoteFenced(_shared);
            _ = _mirror.FillAsync();
        }
        else
        {
            await _lease.ReleaseAsync(lead.Refusal).ConfigureAwait(false);
        }
    }

    // Nobody else has the stream any more, and it has not ended: what clients have missed of it is here, however long the upstream thinks about its head.
    private async Task ServeMeanwhileAsync(CancellationToken over)
    {
        if (_standing.IsOpen)
        {
            await Task.Delay(MostSilence, _services.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_standing.IsOpen && !over.IsCancellationRequested)
            {
                _shared.OpenWithoutUpstream();
            }
        }
    }

    // The entry may have come by a message, whose reader is still telling of it.
    private async Task UntilAtRestAsync()
    {
        while (!_shared.Rests && !_shared.Closed.IsCancellationRequested)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    private async Task BeAloneAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_shared.Closed);
        using var here = _services.WhenStoreIsHere(over);
        (_isMirrored, _wasLocal, _leader) = (false, true, "");
        _mirror.BeginLocal();
        _shared.Feed.Lead(_mirror.Position());
        _isLocal = true;
        await _services.Loop.RunAsync(_shared, new SoleLead(_shared, _services.Time, over.Token), _standing.Ends).ConfigureAwait(false);
        _isLocal = false;
    }

    private void Hear(ReadOnlyMemory<byte> message)
    {
        switch (message.IsEmpty ? 0 : message.Span[0])
        {
            case StreamMessage.Entries:
                var (first, since, records) = StreamMessage.ReadEntries(message);
                _mirror.Take(first, records, since);
                break;
            case StreamMessage.Refused when !IsLeading && !_shared.Log.HasFrames:
                Refuse(Refusal.Parse(message.Span[1..]));
                Wake();
                break;
            default:
                Wake();
                break;
        }
    }

    // What is said for good is said to a cursor: it is nothing to those who have come with another one.
    private void Refuse(Refusal refusal)
    {
        if (refusal.Answer is not { IsFinal: true } || _shared.Settings.Ids == EventIds.Gateway
            || refusal.Cursor.AsSpan().SequenceEqual(_shared.Run.Oldest))
        {
            _shared.Refuse(refusal.Answer, refusal.Cursor);
        }
    }

    private void Wake() => _signal.Set();

    // So long as a client may come back and find its place, and some more.
    private static TimeSpan KeysLive(SharingSettings settings) => settings.Linger + settings.GiveUpAfter + TimeSpan.FromMinutes(1);
}
