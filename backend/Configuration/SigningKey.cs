using System.Security.Cryptography;
using System.Text;

namespace ChatBackend.Configuration;

/// <summary>An HMAC key that cannot be printed by accident.</summary>
internal sealed class SigningKey
{
    /// <summary>HS256 needs a key at least as long as its hash: RFC 7518 section 3.2.</summary>
    public const int MinimumBytes = 32;

    private readonly byte[] _bytes;

    private SigningKey(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public static SigningKey Ephemeral() => new(RandomNumberGenerator.GetBytes(MinimumBytes));

    /// <summary>
    /// Reads a key from text: base64 when it is base64 of at least <see cref="MinimumBytes"/> bytes, else the UTF-8 bytes of the text itself, without
    /// surrounding white space. Null when it is too short.
    /// </summary>
    public static SigningKey? Parse(string text)
    {
        text = text.Trim();
        var decoded = new byte[text.Length];
        if (Convert.TryFromBase64String(text, decoded, out var length) && length >= MinimumBytes)
            return new SigningKey(decoded[..length]);

        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length >= MinimumBytes ? new SigningKey(bytes) : null;
    }

    public override string ToString() => "***";
}
