using System.Text;

namespace SseGateway.Transport.Http;

/// <summary>
/// Decodes the value of the request's Content-Length field so that Kestrel refuses what is not only digits (RFC 9110 section 8.6): it would take
/// <c>+5</c> for 5, and a proxy in front of it that takes it for nothing sees two requests where Kestrel sees one (catalogue 11.2.2).
/// </summary>
internal sealed class ContentLengthEncoding : Encoding
{
    public static readonly ContentLengthEncoding Instance = new();

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            var b = (char)bytes[byteIndex + i];
            chars[charIndex + i] = char.IsAsciiDigit(b) ? b : '?';
        }

        return byteCount;
    }

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => throw new NotSupportedException();

    public override int GetMaxByteCount(int charCount) => throw new NotSupportedException();
}
