using System.Buffers;
using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Unshared;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Output;
using SseGateway.Transport.Client;

namespace SseGateway.Sharing.Upstream;

/// <summary>
/// Where the upstream's bytes go: taken apart into frames, into the log, and told to the subscribers. Bytes are copied here only when a frame
/// does not come whole.
/// </summary>
/// <remarks>One for the life of a shared stream: it knows where the upstream was when it was lost.</remarks>
internal sealed class UpstreamFeed(SharedStream shared) : WriteOnlyStream
{
    private readonly byte[] _snapshotType = Encoding.UTF8.GetBytes(shared.Settings.Snapshot);
    private readonly PartialFrame _held = new();
    private readonly ArrayBufferWriter<byte> _own = new();
    private volatile UpstreamPosition _position = new(shared.Log);
    private FrameScanner _scanner;
    private FrameBoundary _beginning;
    private volatile LineEnd _lineEnd;
    private volatile Rhythm _rhythm = new();
    private int? _retry;
    private long _retryAt;
    private long _frames;
    private volatile OpeningGate? _gate;

    // Of the last event with an id of the gateway's.
    private long _lastNumber = -1;

    /// <summary>How long the upstream wants to be left alone before it is dialled again; null when it did not say.</summary>
    public TimeSpan? Retry => _retry is { } retry ? TimeSpan.FromMilliseconds(retry) : null;

    /// <summary>The number in the log of the frame that says so.</summary>
    public long RetryAt => Volatile.Read(ref _retryAt);

    /// <summary>The last event id the upstream has given, one character a byte; null for none.</summary>
    public string? LastEventId => _position.LastEventId;

    /// <summary>The same as clients know it, one character a byte.</summary>
    public string? ClientsLastEventId => shared.Settings.Ids == EventIds.Upstream ? _position.LastEventId : LastId();

    /// <summary>Frames since the upstream was dialled last.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>True when the connection's first event has been seen.</summary>
    public bool HasEvent { get; private set; }

    /// <summary>See <see cref="UpstreamPosition.HasGoneOn"/>.</summary>
    public bool? HasGoneOn => _position.HasGoneOn;

    /// <summary>See <see cref="UpstreamPosition.IsJudged"/>.</summary>
    public bool IsJudged => _position.IsJudged;

    /// <summary>See <see cref="UpstreamPosition.HasMissed"/>.</summary>
    public bool HasMissed => _position.HasMissed;

    /// <summary>When the last bytes came, on the registry's clock.</summary>
    public TimeSpan LastBytes { get; private set; }

    /// <summary>How long the upstream may be silent, by the pings that it has sent; the longest time while it has shown no rhythm. For any thread.</summary>
    public TimeSpan SilenceLimit => _rhythm.Limit(shared.Route.Settings.Timeouts.BeatsFor(isShared: true));

    /// <summary>How the upstream ends its lines; LF before its first. For any thread.</summary>
    public LineEnd LineEnd => _lineEnd;

    /// <summary>The upstream is dialled for the first time, with a client's cursor.</summary>
    public void BeginAfter(ReadOnlySpan<byte> cursor)
    {
        _position.BeginAfter(cursor);
        shared.Log.BeginAfter(cursor);
        shared.Sink.BeginAfter(cursor);
    }

    /// <summary>The upstream is dialled here from now on, by who knows where it is.</summary>
    public void Lead(UpstreamPosition position) => _position = position;

    /// <summary>Takes note of what has come to the log from another gateway's upstream.</summary>
    /// <param name="frame">As that gateway got it.</param>
    /// <param name="number">Its number.</param>
    public void Follow(in LogFrame frame, long number)
    {
        if (frame.IsOwn)
        {
            NoteRetry(frame.Retry, number);
            return;
        }

        HasEvent |= frame.IsEvent;
        _beginning = default;
        LookAtLineEnd(frame.Bytes);
        NoteRetry(frame.Retry, number);
        _lastNumber = number;
    }

    /// <summary>Another gateway's upstream has answered.</summary>
    /// <param name="gate">Lets those in who wait; null when nobody does.</param>
    public void Expect(OpeningGate? gate) => (HasEvent, _gate) = (false, gate);

    /// <summary>The log has more: those who wait may be let in by it.</summary>
    public void TryOpen()
    {
        if (_gate is { } gate && gate.TryOpen())
        {
            _gate = null;
        }
    }

    /// <summary>An upstream has answered.</summary>
    /// <param name="resume">What it says of the cursor it was given, as a gateway does; empty for nothing.</param>
    public void Begin(string resume)
    {
        (_gate, HasEvent) = (null, false);
        _scanner = new FrameScanner(shared.Settings.MaxFrameBytes, skipIgnored: true);
        _held.Drop();
        _frames = 0;
        _beginning = default;
        _rhythm = new Rhythm();
        LastBytes = shared.Now;
        _position.Dialled(resume);
    }

    /// <summary>The upstream has ended its stream.</summary>
    public void End() => _position.Ended();

    /// <summary>Has those who wait let in by what comes. Before anything has.</summary>
    public void LetInBy(OpeningGate gate) => _gate = gate;

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="UnshareableException">It is a stream that clients cannot have in common.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LastBytes = shared.Now;
        _rhythm.Note(buffer.Span, LastBytes);
        var before = shared.Sink.Next;
        LookAtLineEnd(buffer.Span);
        if (_held.IsEmpty)
        {
            _held.Add(buffer.Span[Scan(buffer.Span)..]);
        }
        else
        {
            _held.Add(buffer.Span);
            _held.Consume(Scan(_held.Bytes));
        }

        TakeRetry();
        var flushed = shared.Sink.Next != before ? shared.Sink.FlushAsync() : default;
        TryOpen();
        return flushed;
    }

    // The first one of each connection: an upstream does not change its mind.
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
                    throw new UnshareableException($"a frame of more than {shared.Settings.MaxFrameBytes} bytes, half of what its log may hold");
                default:
                    Take(frame);
                    break;
            }
        }
    }

    private void Take(in Frame frame)
    {
        _frames++;
        if (frame.RetryMilliseconds is null)
        {
            // One that came before it.
            TakeRetry();
        }

        if (frame.Type.StartsWith("gateway."u8))
        {
            TakeNotice(frame);
            return;
        }

        if (frame.IsEvent)
        {
            // Whenever it comes: what was said before it was said to all, but the session is one client's.
            HasEvent = SessionSigns.Of(frame) is { } sign ? throw new UnshareableException(sign) : true;
        }

        var isSnapshot = IsSnapshot(frame);
        if (isSnapshot)
        {
            _position.CaughtUp();
        }

        var id = FrameHash.OfId(frame.Id);
        var content = FrameHash.OfContent(frame.Bytes);
        switch (_position.Take(frame, id, content))
        {
            case FrameVerdict.Overlap:
                return;
            case FrameVerdict.AfterGap:
                shared.TellOfUpstreamGap(LastId(), NextId(frame), _position.IsFirstOfRun);
                break;
        }

        _position.Pass(frame, content);
        if (IsKept(frame))
        {
            NoteRetry(frame.RetryMilliseconds, shared.Sink.Next);
            Append(frame, id, content, isSnapshot);
        }
    }

    // Only the gateway's own may say what these say. Of a gateway behind this one two of them mean something here: this one's clients are told of the gap
    // in its own words, and it was refused itself.
    private void TakeNotice(in Frame frame)
    {
        if (frame.Type.SequenceEqual("gateway.refused"u8) && !HasEvent)
        {
            throw new GatewayRefusedException();
        }

        if (frame.Type.SequenceEqual("gateway.gap"u8))
        {
            _position.GapAhead();
        }

        if (frame.HasId)
        {
            _position.Pass(frame, FrameHash.OfContent(frame.Bytes));
        }

        shared.DropNotice();
    }

    private bool IsSnapshot(in Frame frame) => _snapshotType.Length > 0 && frame.IsEvent && frame.Type.SequenceEqual(_snapshotType);

    // With the gateway's own ids only what has one.
    private bool IsKept(in Frame frame) => shared.Settings.Ids == EventIds.Upstream || frame.IsEvent;

    // The number first: who sees the one sees the other.
    private void NoteRetry(int? retry, long number)
    {
        if (retry is not null)
        {
            Volatile.Write(ref _retryAt, number);
            _retry = retry;
        }
    }

    private void Append(in Frame frame, ulong id, ulong content, bool isSnapshot)
    {
        // Slices of one array: their distance is the place.
        var start = frame.HasId ? OffsetIn(frame.Bytes, frame.Id) : 0;
        _lastNumber = shared.Sink.Next;
        shared.Sink.Append(new LogFrame
        {
            Bytes = frame.Bytes,
            Id = start..(start + frame.Id.Length),
            HasId = frame.HasId,
            IsEvent = frame.IsEvent,
            IsSnapshot = isSnapshot,
            Retry = frame.RetryMilliseconds,
            UpstreamId = id,
            Content = content,
        });
    }

    // The last one that a client can have.
    private string? LastId() =>
        shared.Settings.Ids == EventIds.Upstream ? _position.LastEventIdText : _lastNumber < 0 ? null : OwnIds.Of(shared.Sink.Epoch, _lastNumber);

    private string? NextId(in Frame frame) =>
        shared.Settings.Ids == EventIds.Gateway ? OwnIds.Of(shared.Sink.Epoch, shared.Sink.Next + 1)
        : frame.HasId ? Encoding.UTF8.GetString(frame.Id)
        : null;

    private static int OffsetIn(ReadOnlySpan<byte> all, ReadOnlySpan<byte> part) =>
        all.Overlaps(part, out var offset) ? offset : 0;

    // A retry outside of events: clients wait as long before they come back.
    private void TakeRetry()
    {
        if (_scanner.RetryMilliseconds is { } retry && retry != _retry)
        {
            NoteRetry(retry, shared.Sink.Next);
            _own.ResetWrittenCount();
            FrameWriter.WriteRetry(_own, retry);
            shared.Sink.Append(new LogFrame { Bytes = OwnFrame.In(_own.WrittenSpan.ToArray(), _lineEnd), Retry = retry });
        }
    }
}
