using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Authentication;

/// <summary>One API key: whom it stands for, and the SHA-256 of the key's UTF-8 bytes. The key itself is nowhere in the settings.</summary>
internal sealed record ApiKey
{
    public required string Subject { get; init; }

    public required SecretBytes Sha256 { get; init; }

    /// <summary>The hash in hexadecimal, in lower case: what names the key to an operator.</summary>
    public string Id => Convert.ToHexStringLower(Sha256.Reveal());

    public IReadOnlyList<string> Scopes { get; init; } = [];
}
