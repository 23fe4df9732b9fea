namespace SseGateway.Configuration;

/// <summary>How long the gateway waits for the upstream.</summary>
internal sealed record TimeoutSettings
{
    /// <summary>Until the connection stands.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until the answer's head is here, counted from the request.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two pieces of an event stream; zero is no limit, since a silent stream is an ordinary one.</summary>
    public TimeSpan Idle { get; init; }

    /// <param name="section">Where they stand.</param>
    /// <param name="fallback">What holds where the section says nothing.</param>
    /// <param name="ofRoute">True for the overrides of one route: connections are shared by routes, so they cannot have a limit each.</param>
    public static TimeoutSettings Read(SettingReader section, TimeoutSettings fallback, bool ofRoute = false)
    {
        var settings = new TimeoutSettings
        {
            Connect = section.Duration("Connect", fallback.Connect, zeroAllowed: false),
            Head = section.Duration("Head", fallback.Head, zeroAllowed: false),
            Idle = section.Duration("Idle", fallback.Idle),
        };
        if (ofRoute && settings.Connect != fallback.Connect)
        {
            section.Error("Connect", "cannot be set for one route, only under SseGateway:Timeouts: routes share their connections");
        }

        return settings;
    }
}
