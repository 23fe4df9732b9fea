namespace ChatBackend.Messages;

internal sealed partial class MessageWriter
{
    [LoggerMessage(1, LogLevel.Error, "{Count} messages could not be stored")]
    private static partial void LogCommitFailed(ILogger logger, Exception exception, int count);
}
