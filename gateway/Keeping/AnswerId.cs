using System.Buffers.Text;
using System.Security.Cryptography;

namespace SseGateway.Keeping;

/// <summary>What an answer is read again by: where nobody says who they are, knowing it is the right to read. 128 random bits.</summary>
internal static class AnswerId
{
    private const int Bytes = 16;

    // So many characters leave 92 bits for whoever reads a log.
    private const int Shown = 6;

    public static string Create()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    /// <summary>Enough of it to tell it from others, and too little to read by.</summary>
    public static string Masked(ReadOnlySpan<char> id) => id.Length <= Shown ? "~" : string.Concat(id[..Shown], "~");
}
