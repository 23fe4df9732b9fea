namespace SseGateway.Sharing.Keeping;

/// <summary>Keeps what a shared stream's clients are served from: with an upstream of its own, or with one that a fleet has in common.</summary>
internal interface IStreamKeeper
{
    /// <summary>Where its frames go; null for straight into its log. Once, when it is made.</summary>
    IFrameSink? CreateSink(SharedStream shared);

    /// <summary>Until the stream is closed, or the upstream is given up. Never throws.</summary>
    Task RunAsync(SharedStream shared);
}
