using System.Text;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>The heartbeats of one stream: which bytes, for whom, and when they may stand there.</summary>
internal sealed class Heartbeats(Defect defect, MessageHead request)
{
    private readonly bool _hasParser = request.Members("Accept").Contains("text/event-stream", StringComparer.OrdinalIgnoreCase);
    private bool _atLineStart = true;
    private bool _atBoundary = true;
    private bool _seenId;
    private string _lineEnd = "\n";

    /// <summary>Takes note of what the upstream sent.</summary>
    public void Passed(ReadOnlySpan<byte> piece)
    {
        // The tests' events are never cut inside a line or its end.
        var text = Encoding.Latin1.GetString(piece);
        _lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : text.Contains('\r', StringComparison.Ordinal) ? "\r" : "\n";
        var wasAtLineStart = _atLineStart;
        _atLineStart = text.EndsWith(_lineEnd, StringComparison.Ordinal);
        _atBoundary = text.EndsWith(_lineEnd + _lineEnd, StringComparison.Ordinal) || (wasAtLineStart && text == _lineEnd);
        _seenId |= piece.StartsWith("id:"u8) || piece.IndexOf("\nid:"u8) >= 0;
    }

    /// <summary>What may be written now; empty inside a line.</summary>
    public byte[] Next() => Encoding.ASCII.GetBytes((_atLineStart, defect) switch
    {
        (false, _) => "",
        (_, Defect.HeartbeatsWaitForABlankLine) when !_atBoundary => "",
        (_, Defect.HeartbeatsEndInCr) when _hasParser => ":\r",
        (_, Defect.HeartbeatsEndInLf) when _hasParser => ":\n",
        (_, Defect.BlankLineAfterHeartbeats) => $":{_lineEnd}{_lineEnd}",
        (_, Defect.NoBlankLineAfterHeartbeats) => $":{_lineEnd}",
        _ => _hasParser || _seenId ? $":{_lineEnd}" : $":{_lineEnd}{_lineEnd}",
    });
}
