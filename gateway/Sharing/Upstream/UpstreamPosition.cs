using System.Text;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Upstream;

/// <summary>
/// Where the upstream is, and, when it was dialled again, whether it went on where it had been: what comes a second time is dropped, and
/// what is missing is told of.
/// </summary>
/// <remarks>
/// Nothing in the protocol says whether an upstream honours <c>Last-Event-ID</c>; its next id has to tell. The id that follows the last one, or
/// the last one itself once more, means that it does. Ids that have been counting up by one and jump, or go back, mean that it does not, and
/// so does an upstream without ids. What comes before the last id again is overlap only if it has the same content: an upstream that counts from
/// one again after a restart has the ids but not the events. Ids that never counted up by one (of a database with other rows in between, or
/// random ones) tell nothing, and the upstream is believed; it can say it itself by <c>Sse-Resume</c>.
/// </remarks>
internal sealed class UpstreamPosition(IFrameLog log)
{
    // An upstream whose events have no ids from here on is not looked at for ever.
    private const int MostSearches = 64;

    private bool _dialledBefore;
    private bool _anyFrame;

    // The verdict on the current connection is still open.
    private bool _open;
    private bool _overlapping;

    // Events without an id are looked for among those that came before, after this one; and how many may still be there in vain.
    private long _repeated = -1;
    private int _searches;
    private string _resume = "";

    // The last id is a client's cursor, and what it was the id of is not known.
    private bool _begunAfter;

    // The next connection is the first one of a run.
    private bool _begins = true;

    // A gateway behind has told of a gap.
    private bool _gapAhead;

    // Read by those who join.
    private volatile sbyte _goneOn;

    private byte[] _lastId = [];
    private int _lastIdLength;
    private ulong _lastIdHash;
    private ulong _lastContent;

    // How often an id was the last one counted up by one, and whether one ever was not, but for the first after a loss.
    private long _counted;
    private bool _jumps;
    private bool _firstAfterLoss;

    public string? LastEventId => _lastIdLength == 0 ? null : Encoding.Latin1.GetString(LastId);

    private ReadOnlySpan<byte> LastId => _lastId.AsSpan(0, _lastIdLength);

    /// <summary>The same as text, for the notice.</summary>
    public string? LastEventIdText => _lastIdLength == 0 ? null : Encoding.UTF8.GetString(LastId);

    /// <summary>Whether the upstream has gone on after the cursor that it was first dialled with; null when it has not shown that, or was dialled without
    /// one.</summary>
    public bool? HasGoneOn => _goneOn switch { > 0 => true, < 0 => false, _ => null };

    /// <summary>True when it is known whether the connection went on where the one before was.</summary>
    public bool IsJudged => !_open;

    /// <summary>True when it did not.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>True while a gap is one only for clients that have been here before the upstream was dialled, and the others have missed nothing: on the first
    /// connection after a clean end, and on the very first, until it is judged.</summary>
    public bool IsFirstOfRun { get; private set; }

    /// <summary>Has the upstream dialled for the first time with a client's cursor, so that its first id is judged like that after a loss. Again as long as no
    /// frame has come.</summary>
    /// <param name="cursor">As bytes.</param>
    public void BeginAfter(ReadOnlySpan<byte> cursor)
    {
        SetLastId(cursor);
        (_dialledBefore, _anyFrame, _begunAfter) = (true, true, true);
    }

    /// <summary>Takes over from a gateway that had the upstream before: this was its last id, and nothing else may be known of it.</summary>
    /// <param name="lastId">Empty for none.</param>
    public void Resume(ReadOnlySpan<byte> lastId)
    {
        (_dialledBefore, _begins) = (true, false);
        if (!lastId.IsEmpty && !lastId.SequenceEqual(LastId))
        {
            SetLastId(lastId);
            (_anyFrame, _lastContent) = (true, 0);
        }
    }

    /// <summary>The same place, to go on from elsewhere.</summary>
    public UpstreamPosition Clone()
    {
        var clone = (UpstreamPosition)MemberwiseClone();
        clone._lastId = [.. _lastId];
        return clone;
    }

    /// <summary>Something is missing before the next frame: a gateway behind has said so.</summary>
    public void GapAhead() => _gapAhead = _anyFrame;

    /// <summary>The next frame says all there is to be known: whatever was missed before it is made good.</summary>
    public void CaughtUp()
    {
        (_open, _gapAhead) = (false, false);
        Settle(goneOn: true);
    }

    /// <summary>The upstream has ended its stream, and all clients' with it. Without an id nobody can say that something is missing in the next one.</summary>
    public void Ended() => (_anyFrame, _begins) = (_anyFrame && _lastIdLength > 0, true);

    /// <summary>The upstream has answered.</summary>
    /// <param name="resume">Its <c>Sse-Resume</c>.</param>
    public void Dialled(string resume)
    {
        // Before the first frame nothing can be missing.
        (IsFirstOfRun, _begins) = (_begins, false);
        _firstAfterLoss = _dialledBefore;
        _open = _dialledBefore && _anyFrame;
        _overlapping = false;

        // Who came for the first connection of a run has nothing that it could get twice, and needs its greeting.
        (_repeated, _searches) = (-1, _open && !IsFirstOfRun ? MostSearches : 0);
        (_gapAhead, HasMissed) = (false, false);
        _resume = resume;
        _dialledBefore = true;
    }

    /// <summary>Judges the next frame.</summary>
    public FrameVerdict Take(in Frame frame, ulong id, ulong content)
    {
        if (id == 0 && IsRepeated(content))
        {
            return FrameVerdict.Overlap;
        }

        if (!_open)
        {
            // What is missed from here on is missed by all.
            IsFirstOfRun = false;
            return TakeGapAhead() ? FrameVerdict.AfterGap : FrameVerdict.New;
        }

        if (_lastIdLength == 0)
        {
            (_open, _gapAhead, HasMissed) = (false, false, true);
            return FrameVerdict.AfterGap;
        }

        if (id == 0)
        {
            // Some upstreams greet each client without an id.
            return FrameVerdict.New;
        }

        // The last one also when it is too old for the log.
        if ((id == _lastIdHash && content == _lastContent) || (log.Contains(id, content, out var sameContent) && sameContent))
        {
            _overlapping = true;
            _open = id != _lastIdHash;
            _repeated = log.Find(id, content);
            return FrameVerdict.Overlap;
        }

        (_open, _searches) = (false, 0);
        var goesOn = !TakeGapAhead() && GoesOn(frame.Id);
        HasMissed = !goesOn;
        Settle(goesOn);
        return goesOn ? FrameVerdict.New : FrameVerdict.AfterGap;
    }

    /// <summary>Takes note of a frame that is none of the overlap.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="content">Of all of it.</param>
    public void Pass(in Frame frame, ulong content) => Pass(frame.HasId, frame.Id, content);

    /// <inheritdoc cref="Pass(in Frame, ulong)"/>
    /// <param name="hasId">True when it has a line with an id.</param>
    /// <param name="id">Its id; empty for none.</param>
    /// <param name="content">Of all of it.</param>
    public void Pass(bool hasId, ReadOnlySpan<byte> id, ulong content)
    {
        _anyFrame = true;
        if (!hasId)
        {
            return;
        }

        if (id.IsEmpty)
        {
            _lastIdLength = 0;
            return;
        }

        Count(id);
        SetLastId(id);
        _lastContent = content;
        _begunAfter = false;
    }

    // What has no id comes again with what is replayed around it, or after the last id.
    private bool IsRepeated(ulong content)
    {
        if (_searches == 0 || _gapAhead || _lastIdLength == 0)
        {
            return false;
        }

        if (log.FindWithoutId(content, _repeated) is >= 0 and var number && number > _repeated)
        {
            _repeated = number;
            return true;
        }

        // After the last id the first new one is the end of what is replayed.
        _searches = _open ? _searches - 1 : 0;
        return false;
    }

    private void SetLastId(ReadOnlySpan<byte> id)
    {
        if (_lastId.Length < id.Length)
        {
            _lastId = new byte[Math.Max(32, id.Length * 2)];
        }

        id.CopyTo(_lastId);
        _lastIdLength = id.Length;
        _lastIdHash = FrameHash.OfId(id);
    }

    private void Settle(bool goneOn)
    {
        if (_goneOn == 0)
        {
            _goneOn = goneOn ? (sbyte)1 : (sbyte)-1;
        }
    }

    private bool TakeGapAhead()
    {
        var taken = _gapAhead;
        _gapAhead = false;
        return taken;
    }

    private bool GoesOn(ReadOnlySpan<byte> id)
    {
        if (_resume.Length > 0)
        {
            return _resume.Equals("exact", StringComparison.OrdinalIgnoreCase);
        }

        // The cursor itself once more is passed on: nothing tells whether it is the event that the client has.
        if (IdSequence.Follows(LastId, id) || (_begunAfter && id.SequenceEqual(LastId)))
        {
            return true;
        }

        // It began before the last id and left it out.
        if (_overlapping || IdSequence.IsBehind(LastId, id))
        {
            return false;
        }

        // With one id so far nothing is known; then rather a notice too many than one too few.
        return _jumps || (_counted == 0 && !EndsInNumber(LastId));
    }

    private void Count(ReadOnlySpan<byte> id)
    {
        if (_lastIdLength == 0 || id.SequenceEqual(LastId))
        {
            return;
        }

        if (IdSequence.Follows(LastId, id))
        {
            _counted++;
        }
        else if (!_firstAfterLoss)
        {
            _jumps = true;
        }

        _firstAfterLoss = false;
    }

    private static bool EndsInNumber(ReadOnlySpan<byte> id) => id[^1] is >= (byte)'0' and <= (byte)'9';
}
