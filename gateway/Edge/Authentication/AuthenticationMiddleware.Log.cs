using SseGateway.Edge.Credentials;

namespace SseGateway.Edge.Authentication;

internal sealed partial class AuthenticationMiddleware
{
    // Debug: anybody can cause as many of these as they like. The access log has the status.
    [LoggerMessage(2001, LogLevel.Debug, "Refused a request on route {RouteId}: {Outcome} (carrier {Carrier})")]
    private partial void Refused(string? routeId, AuthenticationOutcome outcome, CredentialCarrier? carrier);
}
