using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Deadlines;

/// <summary>
/// The streams of one HTTP/2 connection. They share its flow-control window (RFC 9113 section 5.2.1): one whose data the client has taken and does not
/// read keeps it from all the others, whose writes then wait for nothing of their own doing. Kestrel does not tell for which window a write waits; but who
/// keeps it is among those that wait, and has been given more than the others. So one at a time is ended, and the others get their time anew: the
/// client has to give back what that one had.
/// </summary>
internal sealed class SharedConnection
{
    private static readonly object Key = new();

    // Two writes that came to wait at the same moment may be seen by two sweeps.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<LiveStream, bool> _streams = new();

    // Only the sweep's.
    private TimeSpan? _freedAt;

    /// <summary>The connection of a request; null where it is the request's alone.</summary>
    public static SharedConnection? Of(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
        {
            return null;
        }

        lock (items)
        {
            if (!items.TryGetValue(Key, out var shared))
            {
                items[Key] = shared = new SharedConnection();
            }

            return (SharedConnection)shared!;
        }
    }

    public void Add(LiveStream stream) => _streams.TryAdd(stream, true);

    public void Remove(LiveStream stream) => _streams.TryRemove(stream, out _);

    /// <summary>True when it is this stream that is to end, of those whose writes wait too long. None waits for more than twice the limit. Only for the
    /// sweep.</summary>
    /// <param name="stream">One whose write has waited for as long as it may.</param>
    /// <param name="now">The registry's clock.</param>
    /// <param name="limit">How long a write may wait.</param>
    public bool IsToEnd(LiveStream stream, TimeSpan now, TimeSpan limit)
    {
        if (stream.WriteWaiting < 2 * limit && (now - _freedAt < limit || HasBeenGivenLess(stream, limit)))
        {
            return false;
        }

        _freedAt = now;
        return true;
    }

    private bool HasBeenGivenLess(LiveStream stream, TimeSpan limit)
    {
        foreach (var (other, _) in _streams)
        {
            if (other != stream && other.Reason == CloseReason.None && other.WriteWaiting >= limit - Together && other.Bytes > stream.Bytes)
            {
                return true;
            }
        }

        return false;
    }
}
