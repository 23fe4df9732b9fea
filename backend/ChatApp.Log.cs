namespace ChatBackend;

public static partial class ChatApp
{
    [LoggerMessage(1, LogLevel.Information, "No Chat:SigningKey or Chat:SigningKeyFile: a random key is used, and a restart signs everybody out")]
    private static partial void LogEphemeralKey(ILogger logger);
}
