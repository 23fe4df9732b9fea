using System.IO.Compression;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>What can be read of a compressed body that has not ended.</summary>
internal static class CompressedBody
{
    /// <summary>Whether a text is at the end of what can be decoded so far; where the coding is not known here, whether anything more has come.</summary>
    /// <param name="body">The body so far.</param>
    /// <param name="encoding">The value of Content-Encoding.</param>
    /// <param name="before">How long the body was before the text was sent.</param>
    /// <param name="text">What was sent.</param>
    public static bool Has(byte[] body, string encoding, long before, string text) =>
        encoding.Trim().ToLowerInvariant() is "gzip" or "x-gzip" or "br" or "deflate"
        ? Bytes.Text(Decode(body, encoding)).EndsWith(text, StringComparison.Ordinal)
        : body.Length > before;

    /// <summary>What can be decoded so far of a body in a coding; the body itself where there is none, or one that is not known here.</summary>
    public static byte[] Decode(byte[] body, string? encoding) => encoding?.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => Decode(new GZipStream(new MemoryStream(body), CompressionMode.Decompress)),
        "br" => Decode(new BrotliStream(new MemoryStream(body), CompressionMode.Decompress)),
        "deflate" => Decode(new ZLibStream(new MemoryStream(body), CompressionMode.Decompress)),
        _ => body,
    };

    /// <summary>All that can be decoded; the missing end is no error.</summary>
    public static byte[] Decode(Stream compressed)
    {
        using (compressed)
        {
            var decoded = new MemoryStream();
            try
            {
                compressed.CopyTo(decoded, 256);
            }
            catch (Exception unfinished) when (unfinished is InvalidDataException or InvalidOperationException or EndOfStreamException)
            {
                // As long as the stream is open.
            }

            return decoded.ToArray();
        }
    }
}
