namespace SseGateway.Configuration.Settings.Authentication;

internal enum AuthenticationMode
{
    /// <summary>Everybody may use the route; credentials in the request are the upstream's business and stay where they are.</summary>
    None,

    /// <summary>A valid credential is needed.</summary>
    Required,
}
