namespace SseGateway.Configuration.Settings;

/// <summary>What happens when a subject opens one stream more than it may have.</summary>
internal enum SubjectLimitAction
{
    /// <summary>The new one is refused, unless the subject has one for the same thing, whose place it takes: mostly its own, on a dead connection.</summary>
    Refuse,

    /// <summary>The oldest one is ended: connections that died unnoticed must not lock their owner out.</summary>
    EvictOldest,
}
