using System.Globalization;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using StackExchange.Redis;

namespace SseGateway.Fleet.Answers;

/// <summary>A kept answer as the store has it.</summary>
/// <param name="store">The store.</param>
/// <param name="id">The answer's; whoever may look into the store learns it from no name of a key.</param>
internal sealed class StoredAnswer(FleetStore store, string id)
{
    private const int PageEntries = 64;

    private static readonly StoreScript AppendScript = StoreScript.Read("answer-append");
    private static readonly StoreScript ReadScript = StoreScript.Read("answer-read");
    private static readonly StoreScript RemoveScript = StoreScript.Read("answer-remove");

    private readonly StreamKeys _keys = new(store.Prefix, "answer " + id);

    /// <summary>On which is told that there is something new.</summary>
    public string Channel => _keys.Channel;

    /// <summary>Appends frames, or writes down what has become of it.</summary>
    /// <param name="before">The number of frames that there must be; null to begin anew.</param>
    /// <param name="begins">How often it has been begun by now; one that is run late changes nothing.</param>
    /// <param name="piece">The frames; none for nothing.</param>
    /// <param name="oldest">The number of the oldest one that is to be kept.</param>
    /// <param name="lives">How long all of it is kept when nothing more comes.</param>
    /// <param name="meta">Fields with their values, one after the other.</param>
    /// <returns>How many gateways hear of it; null when the store has something else, which ends at <c>Top</c>.</returns>
    /// <exception cref="StoreAwayException">The store does not answer, and may still do it.</exception>
    public async Task<(long? Heard, long Top)> AppendAsync(
        long? before, int begins, AnswerPiece piece, long oldest, TimeSpan lives, List<RedisValue> meta)
    {
        var answer = await store.EvaluateAsync(
            AppendScript, [_keys.Log, _keys.Meta],
            [
                before ?? RedisValue.EmptyString, piece.Next, oldest, (long)lives.TotalMilliseconds, Channel,
                piece.Frames > 0 ? Text(piece.Next, piece.Frames) : "", piece.Bytes, begins, .. meta,
            ]).ConfigureAwait(false);
        return answer.Resp2Type == ResultType.Integer ? ((long)answer, piece.Next) : (null, (long)answer);
    }

    /// <summary>What there is of it.</summary>
    /// <param name="next">The number of the first frame that is wanted.</param>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<AnswerPage?> ReadAsync(long next)
    {
        var answer = (RedisResult[])(await store.EvaluateAsync(ReadScript, [_keys.Log, _keys.Meta], [next + 1, PageEntries]).ConfigureAwait(false))!;
        var (meta, entries) = ((RedisResult[])answer[0]!, (RedisResult[])answer[1]!);
        return (string?)meta[0] is { } node
            ? new AnswerPage(node, (byte[]?)meta[1], (byte[]?)meta[2], [.. entries.Select(Piece)], IsFull: entries.Length == PageEntries) : null;
    }

    /// <summary>Whose it is; null when there is nothing.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<AnswerCard?> CardAsync()
    {
        var meta = await store.RunAsync(redis => redis.HashGetAsync(_keys.Meta, ["route", "subject"])).ConfigureAwait(false);
        return meta[0].HasValue ? new AnswerCard(id, meta[0]!, (string?)meta[1]) : null;
    }

    /// <summary>Has it be kept no longer; who hears its channel is told so.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public Task RemoveAsync() => store.EvaluateAsync(RemoveScript, [_keys.Log, _keys.Meta], [Channel]);

    /// <summary>True for a message that says that it was removed, and not that there is something new.</summary>
    public static bool IsRemoval(ReadOnlyMemory<byte> message) => !message.IsEmpty;

    private static string Text(long next, int frames) => string.Create(CultureInfo.InvariantCulture, $"{next}-{frames}");

    private static AnswerPiece Piece(RedisResult entry)
    {
        var (id, fields) = ((string)entry[0]!, (RedisResult[])entry[1]!);
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return new AnswerPiece(
            long.Parse(id.AsSpan(0, dash), CultureInfo.InvariantCulture), int.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture), (byte[]?)fields[1]);
    }
}
