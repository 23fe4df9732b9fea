namespace SseGateway.Edge.Credentials;

/// <summary>Where in the request a credential was.</summary>
internal enum CredentialCarrier
{
    Authorization,
    ApiKeyHeader,
    Ticket,
    Query,
    Cookie,
}
