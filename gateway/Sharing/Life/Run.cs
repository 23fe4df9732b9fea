using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Endings;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing.Life;

/// <summary>
/// The time from a client's asking for the upstream to the upstream's clean end, over however many connections. The clients of a run have waited for the
/// same answer, and its end is theirs.
/// </summary>
internal sealed class Run
{
    // Of different cursors. The events that come first are waited for so that each of them is found; more are not, and are told of a gap.
    private const int MaxCursors = 64;

    private readonly TaskCompletionSource<DialOutcome> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte[]> _cursors = [];
    private volatile bool _isOver;

    /// <summary>Completes when the upstream's answer is there, or fails to come.</summary>
    public Task<DialOutcome> Opening => _opening.Task;

    /// <summary>Why it failed to come.</summary>
    public IForwarderErrorFeature? Error { get; private set; }

    /// <summary>What the upstream said instead of a stream.</summary>
    public UpstreamAnswer? Answer { get; private set; }

    /// <summary>The cursor that the upstream was dialled with when it gave that answer; empty for none.</summary>
    public byte[] AnsweredCursor { get; private set; } = [];

    /// <summary>The oldest cursor of those who wait, as far as it can be told; empty for none.</summary>
    public byte[] Oldest { get; private set; } = [];

    /// <summary>True when the upstream has ended the stream.</summary>
    public bool IsOver => _isOver;

    /// <summary>A run of clients who need not wait: the log has what they ask for, and the upstream is dialled when it is due.</summary>
    public static Run Opened()
    {
        var run = new Run();
        run.Open();
        return run;
    }

    /// <summary>A client waits. Under the stream's lock, as all that changes what the clients wait with.</summary>
    /// <returns>True when its cursor is the oldest now.</returns>
    public bool Wait(byte[] cursor)
    {
        if (cursor.Length == 0 || Opening.IsCompleted || _cursors.Count == MaxCursors || _cursors.Exists(known => known.AsSpan().SequenceEqual(cursor)))
        {
            return false;
        }

        _cursors.Add(cursor);
        if (Oldest.Length > 0 && !IdSequence.IsBehind(Oldest, cursor))
        {
            return false;
        }

        Oldest = cursor;
        return true;
    }

    /// <summary>True when some of those who wait have cursors.</summary>
    public bool HasCursors => _cursors.Count > 0;

    /// <summary>True when those have different ones.</summary>
    public bool HasSeveralCursors => _cursors.Count > 1;

    /// <summary>True when the log knows the cursors of all who wait. Under the stream's lock.</summary>
    public bool AreKnown(IFrameLog log) => _cursors.TrueForAll(cursor => log.Knows(cursor));

    public void Open() => _opening.TrySetResult(DialOutcome.Opened);

    /// <summary>There was no stream, and this is the answer of all who wait.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="dial">The attempt; null when it came to none.</param>
    /// <param name="cursor">What it carried; empty for nothing.</param>
    public void Refuse(DialOutcome outcome, UpstreamDial? dial, byte[] cursor)
    {
        (Answer, Error, AnsweredCursor) = (dial?.Answer, dial?.Error, cursor);
        Error ??= new ForwardingError(ForwarderError.Request, null);
        _opening.TrySetResult(outcome);
    }

    /// <inheritdoc cref="Refuse(DialOutcome, UpstreamDial, byte[])"/>
    /// <param name="outcome">What became of it.</param>
    /// <param name="answer">What the upstream has said; null for nothing.</param>
    /// <param name="cursor">What it was said to; empty for nothing.</param>
    public void Refuse(DialOutcome outcome, UpstreamAnswer? answer, byte[] cursor)
    {
        (Answer, AnsweredCursor) = (answer, cursor);
        Error ??= new ForwardingError(ForwarderError.Request, null);
        _opening.TrySetResult(outcome);
    }

    /// <summary>The upstream has ended the stream. Nobody who has come before is served any more once the log has been sent.</summary>
    public void End() => _isOver = true;
}
