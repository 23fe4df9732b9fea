using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies;

/// <summary>The heartbeats of one stream: which bytes, for whom, and when they may stand there.</summary>
internal sealed class Heartbeats(Defect defect, MessageHead request)
{
    private readonly bool _hasParser = request.Members("Accept").Contains("text/event-stream", StringComparer.OrdinalIgnoreCase);
    private bool _atLineStart = true;
    private bool _seenId;

    /// <summary>Takes note of what the upstream sent.</summary>
    public void Passed(ReadOnlySpan<byte> piece)
    {
        _atLineStart = piece[^1] == '\n';

        // The tests' events are never cut inside a line.
        _seenId |= piece.StartsWith("id:"u8) || piece.IndexOf("\nid:"u8) >= 0;
    }

    /// <summary>What may be written now; empty inside a line.</summary>
    public byte[] Next() => (_atLineStart, defect) switch
    {
        (false, _) => [],
        (_, Defect.BlankLineAfterHeartbeats) => ":\n\n"u8.ToArray(),
        (_, Defect.NoBlankLineAfterHeartbeats) => ":\n"u8.ToArray(),
        (_, Defect.HeartbeatsEndInCr) when _hasParser => ":\r"u8.ToArray(),
        _ => _hasParser || _seenId ? ":\n"u8.ToArray() : ":\n\n"u8.ToArray(),
    };
}
