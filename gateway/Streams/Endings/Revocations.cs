using System.Collections.Concurrent;

namespace SseGateway.Streams.Endings;

/// <summary>Credentials that an operator has revoked, for as long as this process lives.</summary>
/// <remarks>
/// Bounded in number: each takes some hundred bytes, and what is in here is looked at with every request. When it is full no more are taken;
/// forgetting one would let somebody back in.
/// </remarks>
internal sealed class Revocations(TimeProvider time)
{
    internal const int Capacity = 100_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _subjects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _keys = new(StringComparer.Ordinal);

    /// <summary>Refuses what was issued to a subject until now; a token that it gets later is good.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAddSubject(string subject) => TryAdd(_subjects, subject);

    /// <summary>Refuses an API key.</summary>
    /// <param name="keyId">Hexadecimal SHA-256 of the key, in lower case.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAddKey(string keyId) => TryAdd(_keys, keyId);

    /// <summary>True when a credential is revoked.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="keyId">The API key's id; null with any other credential.</param>
    /// <param name="issuedAt">The token's <c>iat</c>, to the second (RFC 7519, 4.1.6); one without counts as issued long ago.</param>
    public bool Cover(string? subject, string? keyId, DateTimeOffset? issuedAt) =>
        (keyId is not null && _keys.ContainsKey(keyId))
        || (subject is not null && _subjects.TryGetValue(subject, out var revokedAt) && (issuedAt is null || issuedAt <= revokedAt));

    private bool TryAdd(ConcurrentDictionary<string, DateTimeOffset> revoked, string name)
    {
        if (_subjects.Count + _keys.Count >= Capacity && !revoked.ContainsKey(name))
        {
            return false;
        }

        revoked[name] = time.GetUtcNow();
        return true;
    }
}
