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
    private bool _dialledBefore;
    private bool _anyFrame;

    // The verdict on the current connection is still open.
    private bool _open;
    private bool _overlapping;
    private string _resume = "";

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

    /// <summary>The upstream has answered.</summary>
    /// <param name="resume">Its <c>Sse-Resume</c>.</param>
    public void Dialled(string resume)
    {
        // Before the first frame nothing can be missing.
        _firstAfterLoss = _dialledBefore;
        _open = _dialledBefore && _anyFrame;
        _overlapping = false;
        _resume = resume;
        _dialledBefore = true;
    }

    /// <summary>Judges the next frame.</summary>
    public FrameVerdict Take(in Frame frame, ulong id, ulong content)
    {
        if (!_open)
        {
            return FrameVerdict.New;
        }

        if (_lastIdLength == 0)
        {
            _open = false;
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
            return FrameVerdict.Overlap;
        }

        _open = false;
        return GoesOn(frame.Id) ? FrameVerdict.New : FrameVerdict.AfterGap;
    }

    /// <summary>Takes note of a frame that is none of the overlap.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="content">Of all of it.</param>
    public void Pass(in Frame frame, ulong content)
    {
        _anyFrame = true;
        if (!frame.HasId)
        {
            return;
        }

        if (frame.Id.IsEmpty)
        {
            _lastIdLength = 0;
            return;
        }

        Count(frame.Id);
        if (_lastId.Length < frame.Id.Length)
        {
            _lastId = new byte[Math.Max(32, frame.Id.Length * 2)];
        }

        frame.Id.CopyTo(_lastId);
        _lastIdLength = frame.Id.Length;
        _lastIdHash = FrameHash.OfId(frame.Id);
        _lastContent = content;
    }

    private bool GoesOn(ReadOnlySpan<byte> id)
    {
        if (_resume.Length > 0)
        {
            return _resume.Equals("exact", StringComparison.OrdinalIgnoreCase);
        }

        if (IdSequence.Follows(LastId, id))
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
