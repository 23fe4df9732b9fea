namespace SseGateway.Configuration;

/// <summary>One API key: whom it stands for, and the SHA-256 of the key's UTF-8 bytes. The key itself is nowhere in the settings.</summary>
internal sealed record ApiKey
{
    public required string Subject { get; init; }

    public required SecretBytes Sha256 { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];
}
