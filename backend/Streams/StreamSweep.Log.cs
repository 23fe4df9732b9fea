namespace ChatBackend.Streams;

internal sealed partial class StreamSweep
{
    [LoggerMessage(1, LogLevel.Error, "The sweep over the streams failed")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
