namespace SseGateway.Configuration.Reading;

/// <summary>Checks the log levels before the logger factory does: its own message has the value but not the setting's name.</summary>
internal static class LogLevelCheck
{
    public static void Check(IConfiguration configuration, StartupErrors errors)
    {
        var logging = configuration.GetSection("Logging");
        foreach (var levels in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Prepend(logging.GetSection("LogLevel")))
        {
            foreach (var category in levels.GetChildren())
            {
                if (category.Value is { Length: > 0 } level && !Enum.TryParse<LogLevel>(level, ignoreCase: true, out _))
                {
                    errors.Add(category.Path, $"must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}, got \"{level}\"");
                }
            }
        }
    }
}
