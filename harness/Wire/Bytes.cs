using System.Text;

namespace SseGateway.Harness.Wire;

/// <summary>Bytes as text, one character each (Latin-1), and as the catalogue writes them.</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>As <see cref="Of"/>, for what is written by hand.</summary>
    /// <exception cref="ArgumentException">A character that is no byte: text is for <see cref="Utf8"/>.</exception>
    public static byte[] Exactly(string wire) =>
        wire.All(c => c <= 0xff) ? Of(wire) : throw new ArgumentException("a character that is no byte; text is for Bytes.Utf8", nameof(wire));

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>C-escaped: <c>\n \r \t \\</c> and <c>\xNN</c> for all that is not printable ASCII (catalogue, section 0.1).</summary>
    /// <param name="bytes">What is shown.</param>
    /// <param name="most">How many bytes at most; more are cut out in the middle.</param>
    public static string Escape(ReadOnlySpan<byte> bytes, int most = 200)
    {
        if (bytes.Length > most)
        {
            var half = most / 2;
            return $"{Escape(bytes[..half])} ...({bytes.Length - half - half} bytes)... {Escape(bytes[^half..])}";
        }

        var text = new StringBuilder(bytes.Length + 8);
        foreach (var b in bytes)
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7F => text.Append((char)b),
                _ => text.Append("\\x").Append(b.ToString("X2", null)),
            };
        }

        return text.ToString();
    }

    /// <summary>The bytes of such a text; other characters are UTF-8.</summary>
    /// <exception cref="FormatException">A backslash that begins no escape.</exception>
    public static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                var rune = Rune.GetRuneAt(text, i);
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength - 1;
                continue;
            }

            i++;
            switch (i < text.Length ? text[i] : '\0')
            {
                case 'n':
                    bytes.Add(10);
                    break;
                case 'r':
                    bytes.Add(13);
                    break;
                case 't':
                    bytes.Add(9);
                    break;
                case '\\':
                    bytes.Add((byte)'\\');
                    break;
                case 'x' when i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]):
                    bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                    i += 2;
                    break;
                default:
                    throw new FormatException($"no such escape at {i - 1}: {text}");
            }
        }

        return [.. bytes];
    }
}
