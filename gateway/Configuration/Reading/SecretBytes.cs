using System.Security.Cryptography;

namespace SseGateway.Configuration.Reading;

/// <summary>Key material. Prints as <c>***</c>, so that no log, exception or debugger line can show it by accident.</summary>
internal sealed class SecretBytes(byte[] value) : IEquatable<SecretBytes>
{
    private readonly byte[] _value = value;

    public int Length => _value.Length;

    /// <summary>The bytes themselves; not to be changed, kept longer than needed, or printed.</summary>
    public byte[] Reveal() => _value;

    public bool Equals(SecretBytes? other) => other is not null && CryptographicOperations.FixedTimeEquals(_value, other._value);

    public override bool Equals(object? obj) => Equals(obj as SecretBytes);

    /// <summary>Tells the length alone; what is kept in hash tables is not ordered by its secrets.</summary>
    public override int GetHashCode() => _value.Length;

    public override string ToString() => "***";
}
