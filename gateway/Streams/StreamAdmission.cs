using SseGateway.Configuration;
using SseGateway.Streams.Dialects;

namespace SseGateway.Streams;

/// <summary>
/// Request feature: whether this request holds a place among the live streams. Requests that announce a stream take it before they are
/// forwarded; those that turn out to be one by their answer take it then; those that turn out not to be one give it back.
/// </summary>
internal sealed class StreamAdmission(
    HttpContext context, StreamRegistry registry, StreamLimiter limiter, string routeId, StreamClient client, RouteSettings settings) : IDisposable
{
    private readonly TimeSpan _asked = registry.Now;

    // What was asked before the gateway began to go down may finish, whenever its head comes.
    private readonly bool _mayFinish = registry.TryAsk();

    /// <summary>The stream, once it is admitted and as long as it lives.</summary>
    public LiveStream? Stream { get; private set; }

    /// <summary>How this route refuses.</summary>
    public RefusalMode Refusal => settings.Refusal;

    /// <summary>The least wait a refused client is told.</summary>
    public TimeSpan RetryAfter => settings.Limits.RetryAfter;

    /// <summary>Takes a place for this request unless it has one.</summary>
    /// <param name="reason">Why not.</param>
    /// <param name="mode">Where the stream's frames will come from.</param>
    public bool TryAdmit(out RefusalReason reason, StreamMode mode = StreamMode.Relay)
    {
        if (TryBegin(out reason, mode))
        {
            return true;
        }

        registry.Metrics.Refused(context, routeId, reason);
        return false;
    }

    /// <summary>Counts a refusal for what turned out later, and gives the place back.</summary>
    public void Refuse(RefusalReason reason)
    {
        registry.Metrics.Refused(context, routeId, reason);
        Release();
    }

    /// <summary>Gives the place back before the request ends. Nothing happens when it has none.</summary>
    public void Release()
    {
        Stream?.Dispose();
        Stream = null;
    }

    /// <summary>Leaves the stream to somebody else, who disposes it.</summary>
    public void HandOver() => Stream = null;

    public void Dispose()
    {
        Release();
        if (_mayFinish)
        {
            registry.Answered();
        }
    }

    private bool TryBegin(out RefusalReason reason, StreamMode mode)
    {
        reason = RefusalReason.None;
        if (Stream is not null)
        {
            return true;
        }

        // Before it takes a place or an upstream's time.
        if (!_mayFinish)
        {
            reason = RefusalReason.Draining;
            return false;
        }

        reason = limiter.TryAcquire(
            new StreamApplicant(routeId, settings.Limits, AddressKey.Of(client.Address), client.Subject), out var lease, out var evicted);
        if (lease is null)
        {
            return false;
        }

        Stream = new LiveStream(registry, context, routeId, client, settings, _asked, mode);
        Stream.Begin(lease);
        evicted?.Evict();
        if (registry.Revocations.Cover(client.Subject, client.KeyId, client.IssuedAt))
        {
            // It was found good before the streams of its kind were ended, and is one of them.
            Stream.End(CloseReason.Revoked);
        }

        if (registry.Draining && Stream.Reader.Dialect == Dialect.EventSource)
        {
            // It may have come in after those that were there had been ended.
            Release();
            reason = RefusalReason.Draining;
            return false;
        }

        return true;
    }
}
