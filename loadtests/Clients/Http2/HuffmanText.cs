using System.Text;

namespace LoadTests.Clients.Http2;

/// <summary>
/// The Huffman code of HPACK (RFC 7541, appendix B), for the characters that fields of answers have. The code is canonical: of those with the same length
/// one follows the other, so which characters have which length is all there is to it.
/// </summary>
internal static class HuffmanText
{
    private const int ShortestCode = 5;

    // By the length of their codes, from 5 bits on; what takes more than 15 is no printable ASCII, except a backslash.
    private static readonly string[] ByLength =
    [
        "012aceiost",
        " %-./3456789=A_bdfghlmnpru",
        ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
        "&*,;XZ",
        "",
        "!\"()?",
        "'+|",
        "#>",
        "\0$@[]~",
        "^}",
        "<`{",
    ];

    /// <exception cref="InvalidDataException">A character that is not known here.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var bits = 8 * bytes.Length;
        var at = 0;

        // What is left at the end is padding of ones, shorter than a byte.
        while (bits - at >= 8 || (bits - at >= ShortestCode && !IsPadding(bytes[^1], bits - at)))
        {
            text.Append(Next(bytes, ref at));
        }

        return text.ToString();
    }

    private static bool IsPadding(byte last, int left) => (last & ((1 << left) - 1)) == (1 << left) - 1;

    private static char Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (code, first) = (0, 0);
        for (var length = 1; length < ShortestCode + ByLength.Length && at < 8 * bytes.Length; length++, at++)
        {
            (code, first) = ((code << 1) | ((bytes[at / 8] >> (7 - (at % 8))) & 1), first << 1);
            if (length < ShortestCode)
            {
                continue;
            }

            var characters = ByLength[length - ShortestCode];
            if (code - first < characters.Length)
            {
                at++;
                return characters[code - first];
            }

            first += characters.Length;
        }

        throw new InvalidDataException("A field of the answer is not text that can be read.");
    }
}
