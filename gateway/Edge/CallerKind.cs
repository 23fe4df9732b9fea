namespace SseGateway.Edge;

internal enum CallerKind
{
    Jwt,
    ApiKey,
}
