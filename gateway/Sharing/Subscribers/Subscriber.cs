using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using SseGateway.Transport.Client;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// One client of a shared stream, or of an answer that is kept: a cursor into its log. Whoever publishes has it write from there to the head; while a write
/// waits for the client nothing else is written, and what is published meanwhile is in the log.
/// </summary>
internal sealed class Subscriber : StreamOutput, IValueTaskSource
{
    /// <summary>Cache lines in which what each event needs lies.</summary>
    internal const int HotLines = 4;

    // The writer's: with each event it would be two objects more to be fetched.
    private SafeHandle? _socket;
    private volatile Subscriber? _next;
    private readonly IPublication _publication;
    private RecordWriter _writer;
    private LogCursor _cursor;
    private ManualResetValueTaskSourceCore<bool> _ended = new() { RunContinuationsAsynchronously = true };

    // What comes before the first frame; null when it has been sent.
    private byte[]? _greeting;

    // What the stream is ended for when the greeting has been sent, and when all that is in the log has been.
    private CloseReason _closesAs;
    private volatile CloseReason _endsAs;
    private byte[]? _farewell;
    private volatile PendingWrite? _pending;

    // True when what is sent is looked at: a live read of a Durable Stream ends after a control event, and events of a response of OpenAI's have numbers.
    private readonly bool _looks;
    private readonly StrongBox<SequenceNumber>? _number;

    // Who comes back by ids alone gets some where there are none.
    private readonly NumberedRecords? _ids;
    private ControlEvent _control;

    // True when Stream.Ended is cancelled, or about to be: with each event the token would be three objects more.
    private volatile bool _over;
    private bool _saidEnded;

    /// <param name="stream">The client's.</param>
    /// <param name="publication">What it subscribes to.</param>
    /// <param name="writer">The way to the client.</param>
    /// <param name="cursor">Where it starts.</param>
    /// <param name="greeting">Frames of the gateway's that come first; null for none.</param>
    /// <param name="ids">Gives ids to events that have none; null where they go as they are.</param>
    public Subscriber(
        LiveStream stream, IPublication publication, RecordWriter writer, LogCursor cursor, byte[]? greeting, NumberedRecords? ids = null)
        : base(stream)
    {
        (_publication, _writer, _cursor, _greeting) = (publication, writer, cursor, greeting);
        _socket = writer.Socket;
        Connection = stream.SharedConnection;
        _number = stream.Reader.Dialect == Dialect.OpenAIResponses ? new() : null;
        _ids = ids;
        _looks = _ids is not null || _number is not null || stream.Reader.Dialect == Dialect.DurableStreams;
    }

    /// <summary>Every write is of whole frames, and the gate is free only between two, which may belong together.</summary>
    public override bool AtBoundary => !_control.IsMissing;

    public override bool MayInsert => true;

    public override LineEnd LineEnd => _publication.LineEnd;

    public override bool EndsBetweenFrames => true;

    public override long? Sequence => _number?.Value.Last;

    public override bool HasShownId => _publication.HasIds;

    protected override bool MayInsertHere => true;

    // Whoever shares a stream has named its type in Accept; who has asked for an answer that is kept need not have, and may read by hand.
    protected override byte[] HeartbeatHere =>
        Stream.Mode == StreamMode.Kept && !Stream.Reader.HasParser ? Heartbeat.Block(LineEnd) : Heartbeat.Line(LineEnd);

    /// <summary>The connection that it shares with other streams; null on HTTP/1.1.</summary>
    internal SharedConnection? Connection { get; }

    /// <summary>Who comes after it where the roster has it; the roster's, as are those that follow.</summary>
    internal Subscriber? Next
    {
        get => _next;
        set => _next = value;
    }

    internal Subscriber? Previous { get; set; }

    internal int Shard { get; set; }

    /// <summary>What each event is sent on; null when it is not sent that way.</summary>
    internal SafeHandle? Socket => _socket;

    /// <summary>Ends the stream as soon as the greeting has been sent.</summary>
    public void CloseAfterGreeting() => _closesAs = CloseReason.Limit;

    /// <summary>Ends the stream as soon as all that is in the log has been sent. For any thread.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="farewell">The <c>retry</c> that is sent last, to who takes one; null for nothing.</param>
    /// <param name="trouble">What is said of an upstream that has failed, where that is more than that it did.</param>
    public void EndAtHead(CloseReason reason, byte[]? farewell = null, StreamError? trouble = null)
    {
        Stream.Trouble = trouble;
        _farewell = EndingTable.TakesRetry(Stream.Reader) ? farewell : null;
        _endsAs = reason;
        Interlocked.MemoryBarrier();
        Pump();
    }

    /// <summary>Completes when the stream has ended. Once.</summary>
    public ValueTask EndedAsync() => new(this, _ended.Version);

    /// <summary>Does something once when the stream has ended, instead of waiting for it.</summary>
    public void OnEnded(Action<object?> action, object state) => _ended.OnCompleted(action, state, _ended.Version, ValueTaskSourceOnCompletedFlags.None);

    /// <summary>Waits for what is being written and keeps everybody else from writing, until <see cref="LetGo"/>.</summary>
    /// <returns>False when the stream is about to end.</returns>
    public async ValueTask<bool> TryHoldAsync()
    {
        while (!_over && !IsSealed)
        {
            if (TryEnter())
            {
                return true;
            }

            await PendingAsync();
        }

        return false;
    }

    /// <summary>Writes another way from here on. While it is held.</summary>
    public void MoveTo(RecordWriter writer) => (_writer, _socket) = (writer, writer.Socket);

    /// <summary>Lets others write again, and writes what has come meanwhile.</summary>
    public void LetGo() => Leave();

    /// <summary>Writes what has been published, unless something is being written: whoever does looks again afterwards. For any thread.</summary>
    public void Pump()
    {
        var lease = default(LogLease);
        Pump(ref lease);
        lease.GiveBack();
    }

    /// <summary>The same for many subscribers one after the other.</summary>
    /// <param name="lease">What the one before has read by, and the next one will.</param>
    public void Pump(ref LogLease lease)
    {
        if (TryEnter())
        {
            Run(ref lease);
        }
        else if (_pending is { } pending)
        {
            LetGoOfWhatIsRunOver(pending);
        }
    }

    public override void StreamEnded()
    {
        _over = true;
        if (!Interlocked.Exchange(ref _saidEnded, true))
        {
            _ended.SetResult(true);
        }
    }

    protected override ValueTask<FlushResult> SendInsertion(ReadOnlyMemory<byte> frame) => _writer.WriteFrameAsync(frame, Stream.Ended);

    // After what the gateway has put in, or the head.
    protected override void GateIsFree()
    {
        if (_cursor.HasMore || _greeting is not null || _closesAs != CloseReason.None || _endsAs != CloseReason.None)
        {
            Pump();
        }
    }

    // With the gate held.
    private void Run(ref LogLease lease)
    {
        do
        {
            if (!WriteToHead(ref lease))
            {
                return;
            }

            Free();
        }
        while ((_cursor.HasMore || _endsAs != CloseReason.None) && !_over && TryEnter());
    }

    // False when the gate is not this caller's any more.
    private bool WriteToHead(ref LogLease lease)
    {
        try
        {
            while (!_over && (!HasWord || (Ending && !AtBoundary)))
            {
                LogRecords records = default;
                ValueTask<FlushResult> write;
                if (_greeting is { } greeting)
                {
                    _greeting = null;
                    write = Greet(greeting);
                }
                else if (_closesAs is not CloseReason.None and var reason)
                {
                    _closesAs = CloseReason.None;
                    Stream.End(reason);
                    continue;
                }
                else
                {
                    switch (_cursor.TryRead(ref lease, out records))
                    {
                        case LogRead.Nothing when _endsAs is not CloseReason.None and var lost && !AtBoundary:
                            // The frame that would have to come before the end does not come.
                            Stream.Abort(lost);
                            continue;
                        case LogRead.Nothing when _endsAs is not CloseReason.None and var end:
                            (_greeting, _closesAs, _endsAs) = (_farewell, end, CloseReason.None);
                            continue;
                        case LogRead.Nothing:
                            return true;
                        case LogRead.RunOver:
                            FallBehind();
                            continue;
                    }

                    var bytes = records.Bytes;
                    var frames = records.Frames;
                    if (_looks)
                    {
                        bytes = Look(bytes, ref frames);
                    }

                    NotePassed(bytes.Length, frames);
                    write = Send(bytes);
                }

                if (!write.IsCompletedSuccessfully)
                {
                    records.Keep();
                    NotePending(FinishAsync(write, records));
                    return false;
                }

                Check(write.Result);
            }
        }
        catch (Exception)
        {
            // A client that is gone, or a stream that has ended by that.
            _over = true;
            Stream.Abort(CloseReason.ClientClosed);
        }

        return true;
    }

    private ValueTask<FlushResult> Send(ReadOnlyMemory<byte> records)
    {
        if (_socket is { } socket)
        {
            var sent = NonBlockingSend.Send(socket, records.Span);
            if (sent == records.Length)
            {
                return default;
            }

            records = records[sent..];
        }

        return _writer.WriteAsync(records, Stream.Ended);
    }

    private ReadOnlyMemory<byte> Look(ReadOnlyMemory<byte> records, ref int frames)
    {
        if (_number is null)
        {
            records = UpToControl(records, ref frames);
        }
        else
        {
            _number.Value.Look(records.Span);
        }

        return _ids?.Of(records, LineEnd) ?? records;
    }

    // All of them, unless the stream is to end and only waits for the control event that is among them.
    private ReadOnlyMemory<byte> UpToControl(ReadOnlyMemory<byte> records, ref int frames)
    {
        var rest = records.Span;
        do
        {
            _control.Look(ChunkFraming.Next(ref rest));
        }
        while (!rest.IsEmpty && !(Ending && AtBoundary));
        var length = records.Length - rest.Length;
        for (; !rest.IsEmpty; frames--)
        {
            ChunkFraming.Next(ref rest);
        }

        return records[..length];
    }

    private ValueTask<FlushResult> Greet(byte[] greeting)
    {
        NoteInsertion(greeting);
        return SendInsertion(greeting);
    }

    private async Task FinishAsync(ValueTask<FlushResult> write, LogRecords records)
    {
        _pending = new PendingWrite(records);
        if (!_writer.HoldsRecords)
        {
            NoteWaiting(records.Length);
            records.GiveBack();
            records = default;
        }

        try
        {
            await CheckAsync(write);
        }
        catch (Exception)
        {
            // A client that is gone, or a stream that ended meanwhile; with anything else this client cannot be written to either.
            _over = true;
            Stream.Abort(CloseReason.ClientClosed);
        }

        _pending = null;
        NoteTaken();
        records.GiveBack();
        RunAlone();
    }

    // With the gate held.
    private void RunAlone()
    {
        var lease = default(LogLease);
        Run(ref lease);
        lease.GiveBack();
    }

    // The log has run over the cursor, which may have read just that and miss nothing. Else, with `skip`, it goes on at the oldest frame.
    private void FallBehind()
    {
        if (_publication.Log.TryGoOn(ref _cursor))
        {
            return;
        }

        if (_publication.OnSlow == SlowAction.Close)
        {
            Stream.Abort(CloseReason.Slow);
            return;
        }

        var resumption = _publication.Log.Oldest();
        _cursor = resumption.Cursor;
        _greeting = _publication.Greeting(resumption, after: null);
    }

    // The log has run over what it is in the middle of, and so over its cursor, and the client does not read.
    private void LetGoOfWhatIsRunOver(PendingWrite pending)
    {
        if (pending.Records.RunOver && (_publication.OnSlow == SlowAction.Close || (_writer.HoldsRecords && _publication.Log.Crowded)))
        {
            Stream.Abort(CloseReason.Slow);
        }
    }

    void IValueTaskSource.GetResult(short token) => _ended.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _ended.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);
}
