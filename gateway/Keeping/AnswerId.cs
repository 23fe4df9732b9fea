using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SseGateway.Keeping;

/// <summary>What an answer is read again by: where nobody says who they are, knowing it is the right to read. 128 random bits.</summary>
internal static class AnswerId
{
    private const int Bytes = 16;

    // Of a route, beside the name of a gateway: to tell those of one fleet apart.
    private const int MarkBytes = 6;
    private static readonly int RandomLength = Base64Url.GetEncodedLength(Bytes);

    // With the longest name of a gateway.
    private const int MostLength = 128;

    // So many characters leave 92 bits for whoever reads a log.
    private const int Shown = 6;

    // Of none of the letters of base64url.
    private const char BeforeNode = '.';

    /// <param name="node">The gateway's, where it is one of several; null else.</param>
    /// <param name="routeId">The route's: another gateway knows by it whose credentials it is to ask for, before it asks for the answer.</param>
    public static string Create(string? node, string routeId)
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        var id = Base64Url.EncodeToString(random);
        return node is null ? id : $"{id}{MarkOf(routeId)}{BeforeNode}{node}";
    }

    /// <summary>True when an id that names a gateway may be that of an answer of a route.</summary>
    public static bool MayBeOf(string id, string routeId) =>
        id.AsSpan(Math.Min(id.Length, RandomLength)).StartsWith(MarkOf(routeId) + BeforeNode, StringComparison.Ordinal);

    /// <summary>True for what could be one.</summary>
    public static bool IsOne(string id) =>
        id.Length is > 0 and <= MostLength && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');

    /// <summary>The gateway that an id is of; empty when it does not say.</summary>
    public static string NodeOf(string id) => id.IndexOf(BeforeNode, StringComparison.Ordinal) is >= 0 and var dot ? id[(dot + 1)..] : "";

    private static string MarkOf(string routeId) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(routeId.ToUpperInvariant())).AsSpan(0, MarkBytes));

    /// <summary>Enough of it to tell it from others, and too little to read by.</summary>
    public static string Masked(ReadOnlySpan<char> id) => id.Length <= Shown ? "~" : string.Concat(id[..Shown], "~");
}
