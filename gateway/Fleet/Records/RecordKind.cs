namespace SseGateway.Fleet.Records;

/// <summary>What an entry of a stream's log in the store is. Numbers that are stored: never given anew.</summary>
internal enum RecordKind : byte
{
    /// <summary>Nothing: it only keeps its number from being missed.</summary>
    Nothing = 0,

    /// <summary>A frame of the upstream's, as it has sent it.</summary>
    Frame = 1,

    /// <summary>A frame of the gateway's own: the notice of a gap, a <c>retry</c>.</summary>
    OwnFrame = 2,

    /// <summary>The upstream has answered with a stream: its head.</summary>
    Opened = 3,

    /// <summary>The upstream is lost for now.</summary>
    Lost = 4,

    /// <summary>The upstream has ended its stream: when it may be asked again.</summary>
    Ended = 5,

    /// <summary>The upstream does not come back.</summary>
    GaveUp = 6,

    /// <summary>The stream is one client's own: by what that shows.</summary>
    Unshared = 7,

    /// <summary>The first one of a generation: which number of which generation it goes on after.</summary>
    Begun = 8,
}
