namespace SseGateway.Edge.Authentication;

internal enum CallerKind
{
    Jwt,
    ApiKey,
}
