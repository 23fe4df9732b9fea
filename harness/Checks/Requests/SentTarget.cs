using System.Text;
using System.Text.RegularExpressions;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>Compares a request target with what became of it on its way.</summary>
internal static partial class SentTarget
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>Whether both mean the same by RFC 3986, section 6.2.2, with empty segments and an empty query left out, as some servers do.</summary>
    public static bool SameByNormalising(string one, string other) => Normalise(one) == Normalise(other);

    private static string Normalise(string target)
    {
        var escapes = Escaped().Replace(target, found =>
        {
            var character = (char)Convert.FromHexString(found.ValueSpan[1..])[0];
            return Unreserved.Contains(character, StringComparison.Ordinal) ? character.ToString() : found.Value.ToUpperInvariant();
        });
        var question = escapes.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (escapes, "") : (escapes[..question], escapes[(question + 1)..]);
        var text = new StringBuilder(Slashes().Replace(path, "/"));
        return query.Length == 0 ? text.ToString() : text.Append('?').Append(query).ToString();
    }

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escaped();

    [GeneratedRegex("/{2,}")]
    private static partial Regex Slashes();
}
