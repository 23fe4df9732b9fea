namespace SseGateway.Edge.Credentials;

/// <summary>Request feature: the credential that was lifted out of the request. Prints as <c>***</c>.</summary>
internal sealed class Credential
{
    private readonly string _value;

    private Credential(CredentialCarrier carrier, CredentialState state, string value)
    {
        Carrier = carrier;
        State = state;
        _value = value;
    }

    /// <summary>Where it was.</summary>
    public CredentialCarrier Carrier { get; }

    public CredentialState State { get; }

    /// <summary>A credential as it was found; null and empty are malformed.</summary>
    public static Credential Of(CredentialCarrier carrier, string? value) =>
        string.IsNullOrEmpty(value) ? new(carrier, CredentialState.Malformed, "") : new(carrier, CredentialState.Present, value);

    public static Credential OtherScheme(CredentialCarrier carrier) => new(carrier, CredentialState.OtherScheme, "");

    /// <summary>The secret itself, for the one who checks it; empty unless <see cref="CredentialState.Present"/>.</summary>
    public string Reveal() => _value;

    public override string ToString() => "***";
}
