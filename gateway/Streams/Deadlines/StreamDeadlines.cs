using SseGateway.Configuration.Settings;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Network;
using SseGateway.Streams.Notices;
using SseGateway.Streams.Output;

namespace SseGateway.Streams.Deadlines;

/// <summary>
/// Everything that happens to a stream because time passes: heartbeats, notices, and the ends by deadline. Only the sweep's.
/// </summary>
/// <remarks>
/// Times count from the sweep that first saw their cause: a deadline is never early, also when a sweep was late, and late by a sweep's period
/// at most.
/// </remarks>
internal sealed class StreamDeadlines(LiveStream stream, RouteSettings settings, DateTimeOffset? expiresAt, ClientNetwork network)
{
    /// <summary>How long a stream that is to end may take for the frame under way.</summary>
    internal static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(2);

    // The time of day, by which credentials end, may be set; that is noticed within this.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    // A client is given this at least for what still fits into the kernel's buffer, on which nothing of the gateway's waits.
    private static readonly TimeSpan LeastUnread = TimeSpan.FromSeconds(30);

    // Changes with every sweep.
    private ClientNetwork _network = network;
    private TimeSpan _lifetimeEnd = TimeSpan.MaxValue;
    private TimeSpan? _endingSince;
    private TimeSpan _silentSince;
    private long _seenPassed = -1;
    private bool _expiryTold;

    /// <summary>True when an upstream of the stream's own may not miss its pings.</summary>
    public bool WatchesBeats => settings.Timeouts.BeatsFor(isShared: false) > 0;

    // The upstream of a shared stream is silent for all at once, and watched once.
    private bool IdleLimited => settings.Timeouts.Idle > TimeSpan.Zero && stream.Mode == StreamMode.Relay;

    /// <summary>The client has the response head.</summary>
    public void Start(TimeSpan now)
    {
        if (settings.Timeouts.Lifetime > TimeSpan.Zero)
        {
            // Less by up to a fifth, at random: streams that were opened together do not end together.
            _lifetimeEnd = now + (settings.Timeouts.Lifetime * (1 - (0.2 * Random.Shared.NextDouble())));
        }
    }

    /// <summary>Does what is due.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="utc">The time of day, by which credentials end.</param>
    /// <param name="output">The stream's, which has been swept.</param>
    /// <returns>When to look again, unless the stream is woken before; zero is the next sweep.</returns>
    public TimeSpan Sweep(TimeSpan now, DateTimeOffset utc, StreamOutput output)
    {
        _network.Sweep(now, output.Bytes, output.Waiting > TimeSpan.Zero);
        if (stream.Reason != CloseReason.None)
        {
            HurryUp(now);
        }
        else if (_network.Unheard >= settings.Timeouts.Unacknowledged)
        {
            stream.AbortAsVanished();
        }
        else if (DoesNotRead(now, output))
        {
            stream.AbortAsSlow();
        }
        else if (UpstreamIsSilent(now, output))
        {
            stream.Abort(CloseReason.UpstreamFailed);
        }
        else if (expiresAt <= utc)
        {
            stream.End(CloseReason.Expired);
        }
        else if (now >= _lifetimeEnd)
        {
            stream.End(CloseReason.Lifetime);
        }
        else
        {
            TellOfExpiry(utc, output);
            if (settings.Heartbeat > TimeSpan.Zero && now - output.LastWrite >= settings.Heartbeat && output.TryHeartbeat())
            {
                stream.NoteHeartbeat();
            }
        }

        return Next(now, utc, output);
    }

    private TimeSpan Next(TimeSpan now, DateTimeOffset utc, StreamOutput output)
    {
        if (stream.Reason != CloseReason.None || output.NeedsSweep)
        {
            return TimeSpan.Zero;
        }

        var next = Earlier(Earlier(now + LongestRest, _lifetimeEnd), _network.Next(output.Bytes));
        if (settings.Heartbeat > TimeSpan.Zero && output.MayInsert)
        {
            next = Earlier(next, output.LastWrite + settings.Heartbeat);
        }

        if (SilenceLimit(output) is var limit && limit < TimeSpan.MaxValue)
        {
            next = Earlier(next, _silentSince + limit);
        }

        if (expiresAt is { } end)
        {
            next = Earlier(next, now + (end - utc) - (_expiryTold ? TimeSpan.Zero : settings.Timeouts.ExpiryNotice));
        }

        return next;

        static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    // While nothing comes through to the client, or back, there is no saying whether it reads.
    private bool DoesNotRead(TimeSpan now, StreamOutput output)
    {
        var limit = settings.Timeouts.Write;
        return limit > TimeSpan.Zero && _network.Unheard == TimeSpan.Zero
            && (_network.Unread >= (limit > LeastUnread ? limit : LeastUnread)
                || (_network.Reachable(now, output.Waiting) >= limit && (stream.SharedConnection?.IsToEnd(stream, now, limit) ?? true)));
    }

    private bool UpstreamIsSilent(TimeSpan now, StreamOutput output)
    {
        var passed = output.Passed;
        if (passed != _seenPassed || output.Waiting > TimeSpan.Zero)
        {
            _seenPassed = passed;
            _silentSince = now;
        }

        return now - _silentSince >= SilenceLimit(output);
    }

    private TimeSpan SilenceLimit(StreamOutput output)
    {
        var limit = IdleLimited ? settings.Timeouts.Idle : TimeSpan.MaxValue;
        var beats = output.Rhythm?.Limit(settings.Timeouts.BeatsFor(isShared: false)) ?? TimeSpan.MaxValue;
        return beats < limit ? beats : limit;
    }

    private void TellOfExpiry(DateTimeOffset utc, StreamOutput output)
    {
        if (!_expiryTold && expiresAt is { } end && settings.Timeouts.ExpiryNotice > TimeSpan.Zero && end - settings.Timeouts.ExpiryNotice <= utc)
        {
            _expiryTold = true;
            if (settings.Notices && EndingTable.TakesNotices(stream.Reader))
            {
                output.Tell(Notice.Expiring(end, end - utc, stream.Reader.Dialect));
            }
        }
    }

    // The frame under way may be one that never ends, and the client one that takes no goodbye.
    private void HurryUp(TimeSpan now)
    {
        _endingSince ??= now;
        var ending = now - _endingSince.Value;
        if (ending >= EndGrace)
        {
            stream.Finish();
        }

        if (ending >= EndGrace + (settings.Timeouts.Write > TimeSpan.Zero ? settings.Timeouts.Write : new TimeoutSettings().Write))
        {
            stream.AbortConnection();
        }
    }
}
