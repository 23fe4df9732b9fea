using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Authentication;

/// <summary>Who may use a route, and how they prove who they are.</summary>
internal sealed record AuthenticationSettings
{
    public AuthenticationMode Mode { get; init; }

    public JwtSettings Jwt { get; init; } = new();

    public ApiKeySettings ApiKeys { get; init; } = new();

    public CarrierSettings Carriers { get; init; } = new();

    /// <summary>True when the upstream is to see the client's credential, where the client put it.</summary>
    public bool ForwardCredential { get; init; }

    /// <summary>Scopes a caller must have, all of them (claim <c>scope</c> or <c>scp</c>; an API key's own list).</summary>
    public IReadOnlyList<string> RequiredScopes { get; init; } = [];

    public bool Required => Mode == AuthenticationMode.Required;

    /// <summary>True when a ticket stands for the credential here.</summary>
    public bool TakesTickets => Required && Carriers.Ticket.Length > 0;

    public static AuthenticationSettings Read(SettingReader section, AuthenticationSettings fallback)
    {
        if (!section.Exists)
        {
            return fallback;
        }

        var settings = new AuthenticationSettings
        {
            Mode = section.Choice("Mode", fallback.Mode),
            Jwt = JwtSettings.Read(section.Section("Jwt"), fallback.Jwt),
            ApiKeys = ApiKeySettings.Read(section.Section("ApiKeys"), fallback.ApiKeys),
            Carriers = CarrierSettings.Read(section.Section("Carriers"), fallback.Carriers),
            ForwardCredential = section.Flag("ForwardCredential", fallback.ForwardCredential),
            RequiredScopes = section.List("RequiredScopes", fallback.RequiredScopes),
        };
        if (settings.Required && !settings.Jwt.Configured && !settings.ApiKeys.Configured)
        {
            section.Error("Mode", "is Required, but neither Jwt (KeyFile, Authority or JwksFile) nor ApiKeys:Keys is set");
        }

        if (settings.Required && settings.Jwt.Configured && !settings.ApiKeys.Configured
            && settings.Carriers is { Header: false, Cookie: "", Query: "" })
        {
            section.Error("Carriers", "are all off; a token could not be sent at all");
        }

        if (!settings.Required && settings.RequiredScopes.Count > 0)
        {
            section.Error("RequiredScopes", "need Mode Required");
        }

        return settings;
    }
}
