namespace SseGateway.Sharing.Log;

/// <summary>What became of a client's cursor (docs/sharing.md).</summary>
internal enum ResumeKind
{
    /// <summary>It had none.</summary>
    Live,

    /// <summary>Everything after it follows.</summary>
    Exact,

    /// <summary>The upstream was asked for everything after it, and all that it has sent since follows.</summary>
    Begun,

    /// <summary>Events are missing.</summary>
    Gap,
}
