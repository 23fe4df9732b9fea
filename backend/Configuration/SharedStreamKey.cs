using System.Security.Cryptography;
using System.Text;

namespace ChatBackend.Configuration;

/// <summary>The bearer key of a gateway, which cannot be printed by accident.</summary>
internal sealed class SharedStreamKey
{
    public const int MinimumLength = 32;

    private readonly byte[] _hash;

    private SharedStreamKey(string text) => _hash = Hash(text);

    /// <summary>Null when it is too short, or cannot be in a header.</summary>
    public static SharedStreamKey? Parse(string text) =>
        text.Length >= MinimumLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? new SharedStreamKey(text) : null;

    /// <summary>The time it takes tells nothing of the key.</summary>
    public bool Is(string text) => CryptographicOperations.FixedTimeEquals(_hash, Hash(text));

    public override string ToString() => "***";

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
