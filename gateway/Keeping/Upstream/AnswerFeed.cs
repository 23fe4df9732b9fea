using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Deadlines;
using SseGateway.Transport.Client;

namespace SseGateway.Keeping.Upstream;

/// <summary>Where the upstream's bytes of an answer go that is kept: taken apart into frames, into the log, and told to those who read.</summary>
/// <remarks>Nobody is waited for: the upstream is read as fast as it sends, and the log has its bound.</remarks>
internal sealed class AnswerFeed(KeptAnswer answer) : WriteOnlyStream
{
    private readonly PartialFrame _held = new();
    private readonly Rhythm _rhythm = new();
    private FrameScanner _scanner = new(answer.Settings.MaxFrameBytes, skipIgnored: true);
    private FrameBoundary _beginning;
    private volatile LineEnd _lineEnd;

    // Of the registry's clock; in one piece for the sweep.
    private long _lastBytes;
    private volatile bool _hasIds;

    /// <summary>How the upstream ends its lines; LF before its first. For any thread.</summary>
    public LineEnd LineEnd => _lineEnd;

    /// <summary>True when the upstream has given an event id.</summary>
    public bool HasIds => _hasIds;

    /// <summary>The head is here: silence counts from now.</summary>
    public void Begin() => Volatile.Write(ref _lastBytes, answer.Now.Ticks);

    /// <summary>True when the upstream has been silent for longer than it may. For the sweep.</summary>
    public bool IsSilent(TimeSpan now)
    {
        var timeouts = answer.Route.Settings.Timeouts;
        var silent = now - new TimeSpan(Volatile.Read(ref _lastBytes));
        return (timeouts.Idle > TimeSpan.Zero && silent >= timeouts.Idle) || silent >= _rhythm.Limit(timeouts.BeatsFor(isShared: false));
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="InvalidDataException">A frame is larger than the log may hold.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = answer.Now;
        Volatile.Write(ref _lastBytes, now.Ticks);
        _rhythm.Note(buffer.Span, now);
        LookAtLineEnd(buffer.Span);
        var before = answer.Log.Next;
        if (_held.IsEmpty)
        {
            _held.Add(buffer.Span[Scan(buffer.Span)..]);
        }
        else
        {
            _held.Add(buffer.Span);
            _held.Consume(Scan(_held.Bytes));
        }

        if (answer.Log.Next != before)
        {
            answer.Publish();
        }

        return default;
    }

    /// <summary>The upstream has ended its stream. What it has left without a blank line is nothing to an EventSource, and the last event to many SDKs: it is
    /// theirs as it came.</summary>
    public void End()
    {
        if (!_held.IsEmpty)
        {
            answer.Log.Append(new LogFrame { Bytes = _held.Bytes, IsEvent = true });
        }

        _held.Drop();
    }

    /// <summary>Takes a frame that another gateway of the fleet has had from the upstream.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        LookAtLineEnd(bytes);
        var scanner = new FrameScanner(answer.Settings.MaxFrameBytes, skipIgnored: true);
        if (scanner.TryRead(bytes, out var frame, out _) == FrameScanStatus.Frame)
        {
            Append(frame);
        }
        else
        {
            // What the upstream has left without a blank line.
            answer.Log.Append(new LogFrame { Bytes = bytes, IsEvent = true });
        }
    }

    /// <summary>The upstream was cut: half a frame is said to nobody.</summary>
    public void Drop() => _held.Drop();

    private void LookAtLineEnd(ReadOnlySpan<byte> bytes)
    {
        if (_beginning.LastLineEnd is null)
        {
            _beginning.Advance(bytes);
            _lineEnd = _beginning.LastLineEnd ?? _lineEnd;
        }
    }

    // How many of the first bytes are done with.
    private int Scan(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (true)
        {
            var status = _scanner.TryRead(bytes[done..], out var frame, out var consumed);
            done += consumed;
            switch (status)
            {
                case FrameScanStatus.Incomplete:
                    return done;
                case FrameScanStatus.TooLarge:
                    throw new InvalidDataException($"A frame of more than {answer.Settings.MaxFrameBytes} bytes, half of what its log may hold");
                default:
                    Append(frame);
                    break;
            }
        }
    }

    private void Append(in Frame frame)
    {
        var start = 0;
        if (frame.HasId)
        {
            // Slices of one array: their distance is the place.
            frame.Bytes.Overlaps(frame.Id, out start);
            _hasIds = _hasIds || !frame.Id.IsEmpty;
        }

        answer.Log.Append(new LogFrame
        {
            Bytes = frame.Bytes,
            Id = start..(start + frame.Id.Length),
            IsEvent = frame.IsEvent,
            UpstreamId = FrameHash.OfId(frame.Id),
        });
    }
}
