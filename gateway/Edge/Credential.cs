namespace SseGateway.Edge;

/// <summary>Request feature: the credential that was lifted out of the request. Prints as <c>***</c>.</summary>
/// <param name="carrier">Where it was.</param>
/// <param name="value">The token or key; null when the carrier was there but held none that can be read.</param>
internal sealed class Credential(CredentialCarrier carrier, string? value)
{
    private readonly string? _value = value;

    public CredentialCarrier Carrier { get; } = carrier;

    /// <summary>True when the carrier was there, but empty, repeated, or of another scheme than Bearer.</summary>
    public bool Malformed => _value is null;

    /// <summary>The secret itself, for the one who checks it.</summary>
    public string Reveal() => _value ?? "";

    public override string ToString() => "***";
}
