namespace SseGateway.Configuration;

/// <summary>What holds on one route: the defaults with the route's own values laid over them, field by field.</summary>
internal sealed record RouteSettings
{
    public CorsSettings Cors { get; init; } = new();

    public AuthenticationSettings Authentication { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    public RefusalMode Refusal { get; init; }

    public TimeoutSettings Timeouts { get; init; } = new();

    public static RouteSettings Read(SettingReader section, RouteSettings fallback) => new()
    {
        Cors = CorsSettings.Read(section.Section("Cors"), fallback.Cors),
        Authentication = AuthenticationSettings.Read(section.Section("Authentication"), fallback.Authentication),
        Limits = LimitSettings.Read(section.Section("Limits"), fallback.Limits),
        Refusal = section.Choice("Refusal", fallback.Refusal),
        Timeouts = TimeoutSettings.Read(section.Section("Timeouts"), fallback.Timeouts, ofRoute: true),
    };
}
