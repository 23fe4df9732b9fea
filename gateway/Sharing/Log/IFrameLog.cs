using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Streams.Budgets.Memory;

namespace SseGateway.Sharing.Log;

/// <summary>
/// What a shared stream has sent, as far as it is retained: one appends, any number read through cursors of their own. Behind an interface
/// so that a log that several gateways have in common can take its place.
/// </summary>
internal interface IFrameLog : IRetainer
{
    /// <summary>Adds a frame; cursors see it at once. One call at a time.</summary>
    void Append(in LogFrame frame);

    /// <summary>The number of the next frame.</summary>
    long Next { get; }

    /// <summary>True when there has been a frame, whether it is still here or not.</summary>
    bool HasFrames { get; }

    /// <summary>Where it ends now.</summary>
    LogPlace Head { get; }

    /// <summary>Finds the place where a client starts.</summary>
    /// <param name="cursor">The last event id it has; null or empty for none.</param>
    /// <param name="join">Where it starts without one.</param>
    /// <param name="onGap">Where it starts when its cursor is not here.</param>
    /// <param name="asked">Where the log ended when the client asked: all after that is live for it. Not given, it asks now.</param>
    Resumption Resume(ReadOnlySpan<byte> cursor, JoinPoint join, GapAction onGap, LogPlace? asked = null);

    /// <summary>Finds the place behind so many frames, counted from the first of all.</summary>
    /// <param name="frames">How many.</param>
    /// <param name="cursor">The place.</param>
    /// <returns>False when the next one is not here any more, or fewer have come.</returns>
    bool TryAfter(long frames, out LogCursor cursor);

    /// <summary>Says after which id the upstream was asked to begin; while nothing has been run over, all after it is here. Before the first frame.</summary>
    void BeginAfter(ReadOnlySpan<byte> cursor);

    /// <summary>True when a client with this cursor can go on without a gap.</summary>
    bool Knows(ReadOnlySpan<byte> cursor);

    /// <summary>Moves a cursor that the log has run over to the oldest frame, if that is the one which it would have read next.</summary>
    /// <returns>False when something lies between that is gone; the cursor is as it was.</returns>
    bool TryGoOn(ref LogCursor cursor);

    /// <summary>Where a client goes on that the log has run over.</summary>
    Resumption Oldest();

    /// <summary>Looks for a frame that has come before.</summary>
    /// <param name="upstreamId">Of its id.</param>
    /// <param name="content">Of all of it.</param>
    /// <param name="sameContent">True when a retained frame with this id has the same content.</param>
    /// <returns>True when a retained frame has this id.</returns>
    bool Contains(ulong upstreamId, ulong content, out bool sameContent);

    /// <summary>Looks for a frame that has come before, by its id and content.</summary>
    /// <returns>The number of the newest one; -1 for none.</returns>
    long Find(ulong upstreamId, ulong content);

    /// <summary>Looks for a frame without an id that has come before: right after another one, else anywhere, if only one there has that content.</summary>
    /// <param name="content">Of all of it.</param>
    /// <param name="after">The number of the other one; -1 for none.</param>
    /// <returns>Its number; -1 when there is none, or no telling which of several it is.</returns>
    long FindWithoutId(ulong content, long after);

    /// <summary>Gives a number to something that clients see nothing of.</summary>
    void Pass();

    /// <summary>Adds a frame of the gateway's own that has no number: it stands between two, and nobody can come back to it.</summary>
    void AppendApart(ReadOnlySpan<byte> frame);

    /// <summary>Forgets what can be resumed after, and goes on with another number. Readers go on from what they have to what comes.</summary>
    /// <param name="epoch">What the gateway's own ids begin with from now on.</param>
    /// <param name="next">The number of the next frame.</param>
    /// <param name="isBeginning">True when there has been nothing before that number.</param>
    void Restart(string epoch, long next, bool isBeginning);

    /// <summary>A snapshot from before all that is here.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="frame">As clients get it.</param>
    void Remember(long number, ReadOnlySpan<byte> frame);

    /// <summary>The number of the oldest frame that is here.</summary>
    long First { get; }

    /// <summary>Reads a frame that is here.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="frame">Receives it. Its bytes are the caller's.</param>
    /// <returns>False when it is not, or there is nothing to see of it.</returns>
    bool TryRead(long number, out LogCopy frame);

    /// <summary>True when readers hold on to as much memory that the log has run over as it has itself.</summary>
    bool Crowded { get; }

    /// <summary>Has it count for nothing from now on: nobody comes to it any more.</summary>
    void Release();
}
