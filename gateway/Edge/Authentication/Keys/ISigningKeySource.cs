namespace SseGateway.Edge.Authentication.Keys;

/// <summary>Where signing keys come from.</summary>
internal interface ISigningKeySource
{
    /// <summary>The keys as they are known; null when there are none yet and they cannot be fetched now.</summary>
    ValueTask<SigningKeys?> GetAsync(CancellationToken cancellation);

    /// <summary>
    /// Newer keys than those, after a token that none of them fits; the same when there are none, or when it is too early to ask again; null when they
    /// cannot be fetched now, so that there may be newer ones.
    /// </summary>
    ValueTask<SigningKeys?> RefreshAsync(SigningKeys seen, CancellationToken cancellation);
}
