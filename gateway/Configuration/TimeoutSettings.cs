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

    public static TimeoutSettings Read(SettingReader section, TimeoutSettings fallback) => new()
    {
        Connect = section.Duration("Connect", fallback.Connect, zeroAllowed: false),
        Head = section.Duration("Head", fallback.Head, zeroAllowed: false),
        Idle = section.Duration("Idle", fallback.Idle),
    };
}
