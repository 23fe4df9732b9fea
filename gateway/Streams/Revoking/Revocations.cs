using System.Collections.Concurrent;

namespace SseGateway.Streams.Revoking;

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

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Revocation> All =>
        _subjects.Select(entry => new Revocation(IsKey: false, entry.Key, entry.Value))
            .Concat(_keys.Select(entry => new Revocation(IsKey: true, entry.Key, entry.Value)));

    /// <summary>Refuses what was issued to a subject until now; a token that it gets later is good.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAddSubject(string subject) => TryAdd(new Revocation(IsKey: false, subject, time.GetUtcNow()));

    /// <summary>Refuses an API key.</summary>
    /// <param name="keyId">Hexadecimal SHA-256 of the key, in lower case.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAddKey(string keyId) => TryAdd(new Revocation(IsKey: true, keyId, time.GetUtcNow()));

    /// <summary>Adds one of some other moment; an earlier one of the same name changes nothing.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(Revocation revocation)
    {
        var revoked = revocation.IsKey ? _keys : _subjects;
        if (_subjects.Count + _keys.Count >= Capacity && !revoked.ContainsKey(revocation.Name))
        {
            return false;
        }

        revoked.AddOrUpdate(revocation.Name, revocation.At, (_, before) => before > revocation.At ? before : revocation.At);
        return true;
    }

    /// <summary>When a subject or key was last revoked; null when it was not.</summary>
    public DateTimeOffset? Find(bool isKey, string name) => (isKey ? _keys : _subjects).TryGetValue(name, out var at) ? at : null;

    /// <summary>True when a credential is revoked.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="keyId">The API key's id; null with any other credential.</param>
    /// <param name="issuedAt">The token's <c>iat</c>, to the second (RFC 7519, 4.1.6); one without counts as issued long ago.</param>
    public bool Cover(string? subject, string? keyId, DateTimeOffset? issuedAt) =>
        (keyId is not null && _keys.ContainsKey(keyId))
        || (subject is not null && _subjects.TryGetValue(subject, out var revokedAt) && (issuedAt is null || issuedAt <= revokedAt));
}
