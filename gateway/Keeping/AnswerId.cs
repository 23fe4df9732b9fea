using System.Buffers.Text;
using System.Security.Cryptography;

namespace SseGateway.Keeping;

/// <summary>What an answer is read again by: where nobody says who they are, knowing it is the right to read. 128 random bits.</summary>
internal static class AnswerId
{
    private const int Bytes = 16;

    // With the longest name of a gateway.
    private const int MostLength = 128;

    // So many characters leave 92 bits for whoever reads a log.
    private const int Shown = 6;

    // Of none of the letters of base64url.
    private const char BeforeNode = '.';

    /// <param name="node">The gateway's, where it is one of several; null else.</param>
    public static string Create(string? node)
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        var id = Base64Url.EncodeToString(random);
        return node is null ? id : $"{id}{BeforeNode}{node}";
    }

    /// <summary>True for what could be one.</summary>
    public static bool IsOne(string id) =>
        id.Length is > 0 and <= MostLength && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');

    /// <summary>The gateway that an id is of; empty when it does not say.</summary>
    public static string NodeOf(string id) => id.IndexOf(BeforeNode, StringComparison.Ordinal) is >= 0 and var dot ? id[(dot + 1)..] : "";

    /// <summary>Enough of it to tell it from others, and too little to read by.</summary>
    public static string Masked(ReadOnlySpan<char> id) => id.Length <= Shown ? "~" : string.Concat(id[..Shown], "~");
}
