namespace SseGateway.Transport.Http;

/// <summary>The header fields in which the gateway says to the service who a client is. It takes away those that a client sends.</summary>
internal static class IdentityFields
{
    /// <summary>The token's subject.</summary>
    public const string Subject = "Gateway-Subject";

    /// <summary>Followed by the claim's name.</summary>
    public const string ClaimStart = "Gateway-Claim-";
}
