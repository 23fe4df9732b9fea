using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>An answer of the target over any protocol: its head, and its body as it comes.</summary>
/// <param name="tap">The case's.</param>
/// <param name="cancellation">The case's.</param>
internal abstract class TargetAnswer(WireTap tap, CancellationToken cancellation) : IDisposable
{
    /// <summary>How long what a target may hold back is waited for.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly MemoryStream _body = new();
    private readonly StreamMeaning _meaning = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private MessageHead? _head;
    private double _headMs;

    /// <summary>Its head.</summary>
    /// <exception cref="NotSeenException">It is not there yet: the target holds it back until the body begins.</exception>
    public MessageHead Head => _head ?? throw HeldBack;

    public bool HasHead => _head is not null;

    public int Status => Head.Status;

    /// <summary>1xx answers that came before.</summary>
    public IReadOnlyList<MessageHead> Interim { get; private set; } = [];

    /// <summary>Milliseconds since the case began at which the head was there.</summary>
    public double HeadMs => HasHead ? _headMs : throw HeldBack;

    /// <summary>When the last piece of the body came.</summary>
    public double LastMs { get; private set; }

    public IReadOnlyList<SseEvent> Events => _meaning.Events;

    /// <summary>What the body so far means.</summary>
    public StreamMeaning Meaning => _meaning;

    /// <summary>The body so far.</summary>
    public byte[] Body => _body.ToArray();

    public long BodyLength => _body.Length;

    /// <summary>How the body ended; null while it has not.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>Whether it is a stream of events by its head.</summary>
    public bool IsEventStream =>
        Status == 200 && Head.Values("Content-Type") is [var type] && type.Split(';')[0].Trim().Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads until so many events are there.</summary>
    /// <exception cref="NotSeenException">They do not come in time, or the body ends before.</exception>
    public Task WaitForEventsAsync(int count, string? what = null, TimeSpan? limit = null) =>
        ReadUntilAsync(() => Events.Count >= count, what ?? $"event {count}", limit);

    /// <summary>
    /// As <see cref="WaitForEventsAsync"/> for a second, but what does not come is no failure: a target that holds bytes back is found out by 7.2,
    /// and judged by other cases for what they are about.
    /// </summary>
    public async Task<bool> HasEventsSoonAsync(int count)
    {
        try
        {
            await WaitForEventsAsync(count, limit: Soon);
            return true;
        }
        catch (NotSeenException) when (Ending is null)
        {
            return false;
        }
    }

    /// <summary>Reads until so many bytes of the body are there.</summary>
    /// <exception cref="NotSeenException">They do not come in time, or the body ends before.</exception>
    public Task WaitForBytesAsync(long count, string? what = null, TimeSpan? limit = null) =>
        ReadUntilAsync(() => BodyLength >= count, what ?? $"byte {count} of the body", limit);

    /// <summary>Reads until a state is reached.</summary>
    /// <exception cref="NotSeenException">It is not in time, or the body ends before.</exception>
    public Task ReadUntilAsync(Func<bool> reached, string what, TimeSpan? limit = null) =>
        Patience.ForAsync(
            async token =>
            {
                while (!reached())
                {
                    if (!await ReadAsync(token))
                    {
                        throw new NotSeenException($"the body ended ({Ending}) before {what}; got {Bytes.Escape(Body)}");
                    }
                }
            },
            what,
            limit,
            cancellation);

    /// <summary>Reads to the end of the body; <see cref="Ending.Timeout"/> when it does not come in time.</summary>
    public async Task<Ending> ReadToEndAsync(TimeSpan? limit = null)
    {
        try
        {
            await Patience.ForAsync(
                async token =>
                {
                    while (await ReadAsync(token))
                    {
                        // Until it ends.
                    }
                },
                "the end of the body",
                limit,
                cancellation);
            return Ending!.Value;
        }
        catch (NotSeenException)
        {
            return Results.Ending.Timeout;
        }
    }

    /// <summary>Reads the next piece of the body.</summary>
    /// <returns>False at its end; then <see cref="Ending"/> is set.</returns>
    public async Task<bool> ReadAsync(CancellationToken token)
    {
        if (Ending is not null)
        {
            return false;
        }

        var (count, ending) = await PullAsync(_buffer, token);
        LastMs = tap.Ms;
        if (ending is not null)
        {
            Ending = ending;
            return false;
        }

        _body.Write(_buffer, 0, count);
        _meaning.Feed(_buffer.AsSpan(0, count));
        return true;
    }

    public abstract void Dispose();

    /// <summary>The head is there.</summary>
    protected void Begin(MessageHead head, IReadOnlyList<MessageHead> interim, double headMs) => (_head, Interim, _headMs) = (head, interim, headMs);

    private static NotSeenException HeldBack => new("not seen: the head of the answer, before the first byte of its body");

    /// <summary>Takes the next bytes of the body; zero bytes are the end, and then the ending is set.</summary>
    protected abstract Task<(int Count, Ending? Ending)> PullAsync(Memory<byte> into, CancellationToken token);
}
