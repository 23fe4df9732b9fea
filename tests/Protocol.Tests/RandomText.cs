using System.Text;

namespace Protocol.Tests;

/// <summary>Seeded text with characters of every UTF-8 length, without line ends.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
        ["a", "b", " ", "\t", ":", "data: ", "id: 9", "\u00e9", "\u20ac", "\u8c46", "\ud83d\ude00", "\ufeff", "\u0001", "{\"k\":\"v\"}"];

    public static string Line(Random random, int length)
    {
        var text = new StringBuilder(length + 10);
        while (text.Length < length)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }
}
