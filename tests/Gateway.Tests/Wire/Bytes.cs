using System.Text;

namespace Gateway.Tests.Wire;

/// <summary>
/// Bytes on the wire as strings: one char per byte (Latin-1), so that a header with any bytes at all can be compared and printed.
/// </summary>
internal static class Bytes
{
    /// <summary>One byte per char; a char above U+00FF is a mistake in the test.</summary>
    public static byte[] Of(string wire)
        => wire.All(c => c <= 0xff) ? Encoding.Latin1.GetBytes(wire) : throw new ArgumentException("use Bytes.Utf8 for text", nameof(wire));

    /// <summary>The UTF-8 bytes of a text, one char per byte.</summary>
    public static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>One char per byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
