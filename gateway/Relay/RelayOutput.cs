using System.IO.Pipelines;
using System.Numerics;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using SseGateway.Transport.Upstream;

namespace SseGateway.Relay;

/// <summary>
/// The client's end of a relay: the upstream's bytes as they come, and what the gateway puts in between its frames. It copies and allocates
/// nothing while the client keeps up.
/// </summary>
/// <param name="stream">The client's.</param>
/// <param name="write">The way to it: sends bytes of the body, flushed. One call at a time.</param>
/// <param name="mayInsert">False when nothing of the gateway's can stand in the body.</param>
/// <param name="rhythm">Learns the upstream's; null where nobody asks for it.</param>
internal sealed class RelayOutput(
    LiveStream stream, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<FlushResult>> write, bool mayInsert, Rhythm? rhythm = null)
    : StreamOutput(stream)
{
    private ByteOrderMark _mark;
    private FrameBoundary _boundary;
    private readonly bool _hasControls = stream.Reader.Dialect == Dialect.DurableStreams;
    private ControlEvent _control;
    private readonly bool _isNumbered = stream.Reader.Dialect == Dialect.OpenAIResponses;
    private SequenceNumber _number;
    private readonly bool _mayResume = stream.Reader.Dialect == Dialect.Mcp;
    private ShownId _id;
    private bool _hasShownId;

    // Once it is true it stays so.
    private bool _readsLines = stream.Reader.HasParser;

    public override bool AtBoundary => IsBoundary && !_control.IsMissing;

    public override bool MayInsert => mayInsert;

    public override Rhythm? Rhythm => rhythm;

    public override long? Sequence => _number.Last;

    public override bool HasShownId => _hasShownId;

    public override LineEnd LineEnd => _boundary.LastLineEnd ?? LineEnd.LineFeed;

    // A hand-written reader takes what stands after comments without a blank line for a part of them.
    protected override bool MayInsertHere => mayInsert && IsLineEndOver && (!_boundary.IsAfterComments || _readsLines) && IsBoundary;

    protected override byte[]? HeartbeatHere => _readsLines
        ? mayInsert && IsLineEndOver ? Heartbeat.Line(LineEnd) : null
        : MayInsertHere ? Heartbeat.Block(LineEnd) : null;

    // Between two frames, or after comments that nothing hangs on.
    private bool IsBoundary => IsBetweenFrames(in _boundary);

    // Between a CR and an LF that may still come nothing is put in, unless the stream ends its lines in CR alone.
    private bool IsLineEndOver => _boundary.IsAtLineStart || _boundary.EndsLinesInCarriageReturn;

    /// <summary>Passes bytes on, flushed. Not to be called again before it has completed.</summary>
    /// <exception cref="OperationCanceledException">The stream has ended; with these bytes or before them.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk)
    {
        rhythm?.Note(chunk.Span, Stream.Now);
        if (!TryEnter())
        {
            return WriteAfterInsertionAsync(chunk);
        }

        return HasWord || _mark.Awaited ? WriteAroundAsync(chunk) : WriteThroughAsync(chunk);
    }

    protected override ValueTask<FlushResult> SendInsertion(ReadOnlyMemory<byte> frame) => write(frame, Stream.Ended);

    protected override void NoteInsertion(byte[] frame)
    {
        base.NoteInsertion(frame);
        if (_boundary.IsAtStart)
        {
            _mark.Await();
        }
    }

    private ValueTask WriteThroughAsync(ReadOnlyMemory<byte> chunk)
    {
        var leave = true;
        try
        {
            var flush = Flush(chunk);
            if (!flush.IsCompletedSuccessfully)
            {
                leave = false;
                NoteWaiting(Held(chunk.Length));
                return AwaitAndLeaveAsync(flush);
            }

            Check(flush.Result);
            return default;
        }
        catch (Exception) when (!Stream.Ended.IsCancellationRequested)
        {
            ClientFailed = true;
            throw;
        }
        finally
        {
            if (leave)
            {
                Leave();
            }
        }
    }

    private async ValueTask AwaitAndLeaveAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await CheckAsync(flush);
        }
        finally
        {
            NoteTaken();
            Leave();
        }
    }

    private async ValueTask WriteAfterInsertionAsync(ReadOnlyMemory<byte> chunk)
    {
        do
        {
            if (IsSealed)
            {
                throw new OperationCanceledException(Stream.Ended);
            }

            await PendingAsync();
        }
        while (!TryEnter());
        await WriteAroundAsync(chunk);
    }

    // Piece by piece, so that what was asked for comes where a frame ends.
    private async ValueTask WriteAroundAsync(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            while (!chunk.IsEmpty && !(Ending && AtBoundary))
            {
                if (MayInsertHere && TakeNotice() is { } notice)
                {
                    NoteInsertion(notice);
                    await CheckAsync(SendInsertion(notice));
                }

                if (_mark.Awaited)
                {
                    if (_mark.Drop(ref chunk, ref _boundary) is { Length: > 0 } held)
                    {
                        await CheckAsync(Flush(held));
                    }

                    continue;
                }

                var piece = HasWord ? chunk[..ToBoundary(chunk.Span)] : chunk;
                var flush = Flush(piece);
                if (!flush.IsCompletedSuccessfully)
                {
                    NoteWaiting(Held(chunk.Length));
                }

                await CheckAsync(flush);
                NoteTaken();
                chunk = chunk[piece.Length..];
            }
        }
        finally
        {
            NoteTaken();
            Leave();
        }

        Stream.Ended.ThrowIfCancellationRequested();
    }

    // The buffer that was read into, and the one that is sent from; both are of a pool whose arrays are powers of two long.
    private static int Held(int bytes) => UpstreamBody.BufferBytes + (int)BitOperations.RoundUpToPowerOf2((uint)bytes);

    private int ToBoundary(ReadOnlySpan<byte> chunk)
    {
        var boundary = _boundary;
        var length = 0;
        do
        {
            boundary.Advance(chunk.Slice(length++, 1));
        }
        while (length < chunk.Length && !IsBetweenFrames(in boundary));
        return length;
    }

    private static bool IsBetweenFrames(in FrameBoundary boundary) =>
        boundary.IsAtBoundary || boundary.IsLineFeedPending || boundary.IsAfterComments;

    private ValueTask<FlushResult> Flush(ReadOnlyMemory<byte> chunk)
    {
        NotePassed(chunk.Length, _boundary.Advance(chunk.Span));
        if ((!_readsLines || _mayResume) && !_hasShownId && _id.Look(chunk.Span))
        {
            (_readsLines, _hasShownId) = (true, true);
        }

        if (_hasControls)
        {
            _control.Look(chunk.Span);
        }

        if (_isNumbered)
        {
            _number.Look(chunk.Span);
        }

        return write(chunk, Stream.Ended);
    }
}
