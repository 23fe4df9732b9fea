using System.Text;

namespace SseGateway.Transport.Http;

/// <summary>
/// Decodes the values of the request's Connection field so that the field names in it survive Kestrel, which replaces the whole value by
/// its one constant as soon as it finds exactly one option it knows ("keep-alive, x-hop" becomes "keep-alive"). The names are needed:
/// what they name must not be forwarded (RFC 9110 section 7.6.1; catalogue 5.2.4).
/// </summary>
/// <remarks>
/// Beside other names, keep-alive is left out (it is HTTP/1.1's default), and close or upgrade gets keep-alive at its side, which changes
/// nothing about them (close wins) but makes two known options.
/// </remarks>
internal sealed class ConnectionFieldEncoding : Encoding
{
    public static readonly ConnectionFieldEncoding Instance = new();

    public override int GetCharCount(byte[] bytes, int index, int count) => Decode(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var text = Decode(bytes.AsSpan(byteIndex, byteCount));
        text.CopyTo(0, chars, charIndex, text.Length);
        return text.Length;
    }

    public override int GetMaxCharCount(int byteCount) => byteCount + "keep-alive, ".Length;

    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => throw new NotSupportedException();

    public override int GetMaxByteCount(int charCount) => throw new NotSupportedException();

    private static string Decode(ReadOnlySpan<byte> value)
    {
        var text = Latin1.GetString(value);
        if (!text.Contains(',', StringComparison.Ordinal))
        {
            return text;
        }

        var options = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var known = options.Where(IsKnown).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var names = options.Where(option => !IsKnown(option)).ToArray();
        return known switch
        {
            _ when names.Length == 0 || known.Length != 1 => text,
            [var one] when one.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) => string.Join(", ", names),
            _ => "keep-alive, " + text,
        };
    }

    private static bool IsKnown(string option) =>
        option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || option.Equals("close", StringComparison.OrdinalIgnoreCase)
        || option.Equals("upgrade", StringComparison.OrdinalIgnoreCase);
}
