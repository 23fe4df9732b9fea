using System.Text;

namespace SseGateway.Configuration.Syntax;

/// <summary>What a subject may be, so that it survives the way to the upstream in a header unchanged.</summary>
internal static class SubjectSyntax
{
    public const string Rule = "must be 1 to 256 bytes of UTF-8 without control characters and without spaces at its ends";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Spaces at the ends are refused because HTTP drops them (RFC 9110, 5.5): " ada" would become "ada" for the upstream.
    /// </summary>
    public static bool IsValid(string subject)
    {
        if (subject.Length is 0 or > 256 || char.IsWhiteSpace(subject[0]) || char.IsWhiteSpace(subject[^1]) || subject.Any(char.IsControl))
        {
            return false;
        }

        try
        {
            return Strict.GetByteCount(subject) <= 256;
        }
        catch (EncoderFallbackException)
        {
            // Half a surrogate pair.
            return false;
        }
    }
}
