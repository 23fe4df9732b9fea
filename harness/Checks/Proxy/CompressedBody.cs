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
    public static bool Has(byte[] body, string encoding, long before, string text) => encoding.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => Bytes.Text(Decode(new GZipStream(new MemoryStream(body), CompressionMode.Decompress))).EndsWith(text, StringComparison.Ordinal),
        "br" => Bytes.Text(Decode(new BrotliStream(new MemoryStream(body), CompressionMode.Decompress))).EndsWith(text, StringComparison.Ordinal),
        "deflate" => Bytes.Text(Decode(new ZLibStream(new MemoryStream(body), CompressionMode.Decompress))).EndsWith(text, StringComparison.Ordinal),
        _ => body.Length > before,
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
