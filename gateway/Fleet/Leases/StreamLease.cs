using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using StackExchange.Redis;

namespace SseGateway.Fleet.Leases;

/// <summary>
/// The lease of one stream: who has it may append, and dials the upstream. The owner is the same for as long as this gateway has the stream, since an
/// acquisition that is run late must not lock it out; the nonce is new with each acquisition, and refuses whatever is still on its way with an older one.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="keys">The stream's.</param>
/// <param name="settings">How long it holds.</param>
/// <param name="keysLive">How long the stream's keys are kept when nobody renews them.</param>
/// <param name="owner">Of this gateway, for this stream alone.</param>
internal sealed class StreamLease(FleetStore store, StreamKeys keys, FleetSettings settings, TimeSpan keysLive, string owner)
{
    /// <summary>For how long an answer that is no stream holds for clients of other gateways.</summary>
    private static readonly TimeSpan AnswerHolds = TimeSpan.FromSeconds(2);

    private static readonly StoreScript AcquireScript = StoreScript.Read("acquire");
    private static readonly StoreScript AppendScript = StoreScript.Read("append");
    private static readonly StoreScript RenewScript = StoreScript.Read("renew");
    private static readonly StoreScript ReleaseScript = StoreScript.Read("release");

    private volatile string _nonce = "";
    private long _keysRenewed = -1;

    public string Owner => owner;

    /// <summary>After so long without anything else it has to be renewed.</summary>
    public TimeSpan Renewal => settings.Lease / 4;

    /// <summary>Asks for it, with a new nonce.</summary>
    /// <param name="isWanted">True when clients wait for it here; the one who has it will know.</param>
    /// <param name="least">The newest entry that the store must have, or it gives nothing: whoever led may bring it again. Nothing for any store.</param>
    /// <exception cref="StoreAwayException">The store does not answer, and may still give it.</exception>
    public async Task<Acquisition> AcquireAsync(bool isWanted, EntryId least = default)
    {
        var nonce = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        var answer = (RedisResult[])(await store.EvaluateAsync(
            AcquireScript, [keys.Own, keys.Log, keys.Meta, keys.Want],
            [owner, nonce, Milliseconds(settings.Lease), isWanted ? 1 : 0, Milliseconds(settings.Lease * 4), Milliseconds(keysLive),
                least.Generation, least.Number]).ConfigureAwait(false))!;
        if ((int)answer[0] == 0)
        {
            return new Acquisition(false, TimeSpan.FromMilliseconds(Math.Max(0, (long)answer[1])), default, (string)answer[2]!);
        }

        _nonce = nonce;
        _keysRenewed = -1;
        return new Acquisition(true, TimeSpan.Zero, EntryId.Parse((string?)answer[1]), (string)answer[2]!);
    }

    /// <summary>Appends entries, and renews the lease.</summary>
    /// <param name="first">The id of the first one.</param>
    /// <param name="since">When that was there to be appended.</param>
    /// <param name="after">The newest entry that has to be there before; nothing for none, null where it does not matter.</param>
    /// <param name="oldest">The number of the oldest that is to be kept.</param>
    /// <param name="records">The entries.</param>
    /// <param name="meta">Fields of <see cref="StreamKeys.Meta"/> with their values, one after the other.</param>
    /// <returns>False when nothing was appended: the lease is another's, or the log does not end there.</returns>
    /// <exception cref="StoreAwayException">The store does not answer, and may still append them.</exception>
    public async Task<bool> AppendAsync(
        EntryId first, DateTimeOffset since, EntryId? after, long oldest, IReadOnlyList<ReadOnlyMemory<byte>> records, IReadOnlyList<RedisValue> meta)
    {
        // The keys live much longer than a lease: it need not be said each time.
        var now = (long)store.Now.TotalMilliseconds;
        var renews = _keysRenewed < 0 || now - _keysRenewed > keysLive.TotalMilliseconds / 4;
        var arguments = new RedisValue[10 + meta.Count + records.Count];
        (arguments[0], arguments[1], arguments[2], arguments[3]) = (_nonce, Milliseconds(settings.Lease), first.Generation, first.Number);
        (arguments[4], arguments[5], arguments[6]) = (oldest, renews ? Milliseconds(keysLive) : 0, keys.Channel);
        (arguments[7], arguments[8], arguments[9]) = (StreamMessage.Head(first, since), after is { } top ? Text(top) : "any", meta.Count);
        for (var i = 0; i < meta.Count; i++)
        {
            arguments[10 + i] = meta[i];
        }

        for (var i = 0; i < records.Count; i++)
        {
            arguments[10 + meta.Count + i] = records[i];
        }

        var answer = await store.EvaluateAsync(AppendScript, [keys.Own, keys.Log, keys.Meta], arguments).ConfigureAwait(false);
        if (renews)
        {
            _keysRenewed = now;
        }

        return (int)answer > 0;
    }

    /// <summary>Keeps it, and looks at what there is.</summary>
    /// <param name="top">The newest entry that has to be there; nothing where it does not matter.</param>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<LeaseState> RenewAsync(EntryId top)
    {
        var answer = (int)await store.EvaluateAsync(
            RenewScript, [keys.Own, keys.Log, keys.Meta, keys.Want], [_nonce, Milliseconds(settings.Lease), Milliseconds(keysLive), Text(top)])
            .ConfigureAwait(false);
        return answer < 0 ? LeaseState.Lost : (LeaseState)answer;
    }

    /// <summary>Gives it back. Never fails: else it ends by itself.</summary>
    /// <param name="refusal">What the upstream has said instead of a stream; null for nothing.</param>
    public async Task ReleaseAsync(Refusal? refusal)
    {
        try
        {
            byte[] message = [refusal is null ? StreamMessage.Released : StreamMessage.Refused];
            await store.EvaluateAsync(
                ReleaseScript, [keys.Own, keys.Answer], [_nonce, keys.Channel, message, refusal?.ToBytes() ?? [], Milliseconds(AnswerHolds)])
                .ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
        }
    }

    private static string Text(EntryId id) => id.Generation == 0 ? "" : id.ToString();

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
