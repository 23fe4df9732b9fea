namespace SseGateway.Edge.Credentials;

/// <summary>What was found in a carrier.</summary>
internal enum CredentialState
{
    /// <summary>A token or key, not checked yet.</summary>
    Present,

    /// <summary>Empty, or more than one: nobody can say which is meant.</summary>
    Malformed,

    /// <summary>An Authorization of another scheme than Bearer: no credential of ours (RFC 6750, 3.1).</summary>
    OtherScheme,
}
