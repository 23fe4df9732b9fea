namespace SseGateway.Streams.Life;

/// <summary>How the upstream of a shared stream is at this moment.</summary>
internal enum UpstreamState
{
    /// <summary>It has been asked, and has not answered.</summary>
    Dialling,

    /// <summary>It sends its stream.</summary>
    Open,

    /// <summary>Another gateway of the fleet has it.</summary>
    Elsewhere,

    /// <summary>It is lost, or does not answer, and will be asked again.</summary>
    Away,

    /// <summary>It is left alone until a client comes.</summary>
    Resting,
}
