namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>What a client gets whose cursor is not in the log, after the notice that says so.</summary>
internal enum GapAction
{
    /// <summary>All that is retained.</summary>
    Oldest,

    /// <summary>What comes from now on.</summary>
    Live,

    /// <summary>The end of its stream.</summary>
    Close,
}
