using System.Text.Json.Serialization;

namespace SseGateway.Harness.Scripts;

/// <summary>One thing the stream server does. Exactly one of its verbs is set; the others say how.</summary>
internal sealed record ScriptStep
{
    /// <summary>Sends a head. Without one, that of an event stream goes out before the first bytes.</summary>
    public ScriptHead? Head { get; init; }

    /// <summary>Sends bytes of the body: in one write, unless <see cref="Size"/> or <see cref="Seed"/> say otherwise.</summary>
    public ScriptBytes? Send { get; init; }

    /// <summary>For <see cref="Send"/>: so many bytes a write.</summary>
    public int? Size { get; init; }

    /// <summary>For <see cref="Send"/>: 1 to 17 bytes a write, as this seed throws them.</summary>
    public int? Seed { get; init; }

    /// <summary>For <see cref="Send"/>: a write ends after each LF LF.</summary>
    public bool Blocks { get; init; }

    /// <summary>For <see cref="Send"/>: so many events of the run come before it; each block is one, and is sent when the one before has been
    /// reported.</summary>
    public int? LockstepFrom { get; init; }

    /// <summary>For <see cref="Send"/> in several writes: milliseconds between them.</summary>
    public int Pause { get; init; } = 2;

    /// <summary>Sends bytes to the socket as they are.</summary>
    public ScriptBytes? Raw { get; init; }

    /// <summary>Milliseconds of silence.</summary>
    public int? Sleep { get; init; }

    /// <summary>Goes on when so many events of the run have been reported (lockstep).</summary>
    public int? Ack { get; init; }

    /// <summary>Goes on when the stream has been reported open.</summary>
    public bool AckOpen { get; init; }

    /// <summary>Ends the body cleanly.</summary>
    public bool End { get; init; }

    /// <summary>For <see cref="End"/>: field lines after the last chunk.</summary>
    public IReadOnlyList<string> Trailers { get; init; } = [];

    /// <summary>FIN with the body unfinished.</summary>
    public bool Cut { get; init; }

    /// <summary>TCP reset.</summary>
    public bool Reset { get; init; }

    /// <summary>Goes on when the peer has closed, at the latest after so many milliseconds.</summary>
    public int? AwaitPeerClose { get; init; }

    [JsonIgnore]
    public bool IsEnding => End || Cut || Reset || AwaitPeerClose is not null;
}
