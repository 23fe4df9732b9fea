namespace SseGateway.Trial;

/// <summary>What the process tells the script that has started it.</summary>
internal enum TryExit
{
    /// <summary>There was a stream, and it came to its end or was watched for as long as was asked.</summary>
    Fine = 0,

    /// <summary>The answer was no stream, or a stream in which the gateway refuses one.</summary>
    NoStream = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>There was no answer.</summary>
    NotReached = 3,

    /// <summary>The stream was cut off.</summary>
    Cut = 4,

    /// <summary>It had fewer events than were waited for.</summary>
    TooFew = 5,
}
