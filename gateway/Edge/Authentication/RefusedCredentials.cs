namespace SseGateway.Edge.Authentication;

/// <summary>
/// Says in the log why credentials are refused: a line for each kind of fault on each route, at most once a minute, with the number of those in between.
/// Anybody can cause as many refusals as they like.
/// </summary>
internal sealed partial class RefusedCredentials(TimeProvider time, ILogger<RefusedCredentials> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    // Guarded by _lock. As many as there are routes and faults, which are the settings' to say.
    private readonly Dictionary<(string Route, string Fault), (long At, long More)> _told = [];

    /// <param name="route">The route, or what stands for it.</param>
    /// <param name="fault">See <see cref="AuthenticationResult.Fault"/>.</param>
    public void Note(string route, string fault)
    {
        long more = 0;
        lock (_lock)
        {
            if (_told.TryGetValue((route, fault), out var told))
            {
                if (time.GetElapsedTime(told.At) < Pause)
                {
                    _told[(route, fault)] = (told.At, told.More + 1);
                    return;
                }

                more = told.More;
            }

            _told[(route, fault)] = (time.GetTimestamp(), 0);
        }

        LogRefused(logger, route, fault, more);
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information,
        Message = "A credential was refused, route {Route}: {Fault}. {More} more like it since this was last said")]
    private static partial void LogRefused(ILogger logger, string route, string fault, long more);
}
