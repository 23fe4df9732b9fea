namespace SseGateway.Sharing.Upstream;

/// <summary>What became of an attempt at the upstream.</summary>
internal enum DialOutcome
{
    None,

    /// <summary>It answered with an event stream.</summary>
    Opened,

    /// <summary>It answered with another status than 200, and with no stream.</summary>
    Refused,

    /// <summary>It answered with something that is no event stream, or with one that cannot be read (encoded).</summary>
    NoStream,

    /// <summary>It gave no answer.</summary>
    Failed,
}
