using System.Buffers;
using System.Globalization;

namespace SseGateway.Transport.Http;

/// <summary>
/// Finds in a request's path what another server could read differently. A route is matched, and so authentication asked for or not, by
/// one reading; the upstream does what its own says.
/// </summary>
internal static class PathReading
{
    // Nobody encodes as often by accident, and each time is a pass over the segment.
    private const int MostEncodings = 4;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly SearchValues<char> Suspicious = SearchValues.Create("%\\#;");

    // The first bytes of overlong forms, and the last second byte of each (RFC 3629 section 3; five and six bytes are of RFC 2279).
    private static readonly (char First, char Second)[] Overlong =
        [('\xC0', '\xBF'), ('\xC1', '\xBF'), ('\xE0', '\x9F'), ('\xF0', '\x8F'), ('\xF8', '\x87'), ('\xFC', '\x83')];

    /// <summary>The first spelling found that is not allowed.</summary>
    /// <param name="target">The request target as the client sent it; ASCII.</param>
    /// <param name="allowed">What the route's upstream is known to read as the gateway does.</param>
    public static PathSpelling Find(string target, PathSpelling allowed)
    {
        var path = PathOf(target);
        return path.IndexOfAny(Suspicious) < 0 && !path.Contains("//", StringComparison.Ordinal)
            ? PathSpelling.None : Look((path[0] == '/' ? path[1..] : path).ToString(), allowed);
    }

    // Of the absolute form too (RFC 9112 section 3.2.2); of the others there is none.
    private static ReadOnlySpan<char> PathOf(string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target.AsSpan(0, question);
        if (!target.StartsWith('/'))
        {
            var authority = path.IndexOf("://", StringComparison.Ordinal);
            path = authority < 0 ? default : path[(authority + 3)..];
            var start = path.IndexOfAny('/', '\\', '#');
            path = start < 0 ? default : path[start..];
        }

        return path;
    }

    private static PathSpelling Look(string path, PathSpelling allowed)
    {
        var segments = path.Split('/');
        var (dots, doubled) = (false, false);
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i].Length == 0)
            {
                if (!last && !allowed.HasFlag(PathSpelling.EmptySegment))
                {
                    return PathSpelling.EmptySegment;
                }
            }
            else if (Decode(segments[i]) is "." or "..")
            {
                dots = true;
            }
            else if (LookInto(segments[i], last, allowed, ref doubled) is not PathSpelling.None and var found)
            {
                return found;
            }
        }

        // Without its dot segments the path is written anew, and a "%61" in it is then an "a" for everybody.
        return dots && doubled ? PathSpelling.DoubleEncoding : PathSpelling.None;
    }

    private static PathSpelling LookInto(string segment, bool last, PathSpelling allowed, ref bool doubled)
    {
        var text = segment;
        for (var encodings = 0; ; encodings++)
        {
            if (LookAt(text, encodings, last, allowed) is not PathSpelling.None and var found)
            {
                return found;
            }

            var decoded = Decode(text);
            if (ReferenceEquals(decoded, text))
            {
                return PathSpelling.None;
            }

            if (encodings > 0)
            {
                doubled = true;
                if (encodings == MostEncodings || !allowed.HasFlag(PathSpelling.DoubleEncoding))
                {
                    return PathSpelling.DoubleEncoding;
                }
            }

            text = decoded;
        }
    }

    private static PathSpelling LookAt(string text, int encodings, bool last, PathSpelling allowed)
    {
        if (text.Contains('\\', StringComparison.Ordinal))
        {
            return PathSpelling.Backslash;
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return PathSpelling.Nul;
        }

        if (encodings == 0 && text.Contains('#', StringComparison.Ordinal))
        {
            return PathSpelling.Fragment;
        }

        if (HasForeignEscape(text))
        {
            return PathSpelling.ForeignEscape;
        }

        if (IsOverlong(text))
        {
            return PathSpelling.OverlongUtf8;
        }

        var parts = text.Split('/');
        if (parts.Length > 1 && !allowed.HasFlag(PathSpelling.EncodedSlash))
        {
            return PathSpelling.EncodedSlash;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var name = parts[i].AsSpan();
            var parameters = name.IndexOf(';');
            name = parameters < 0 ? name : name[..parameters];
            if (name is "." or "..")
            {
                return PathSpelling.DotSegment;
            }

            if (name.IsEmpty && !(last && i == parts.Length - 1) && !allowed.HasFlag(PathSpelling.EmptySegment))
            {
                return PathSpelling.EmptySegment;
            }
        }

        return PathSpelling.None;
    }

    private static bool HasForeignEscape(string text)
    {
        for (var at = text.IndexOf("%u", StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf("%u", at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at + 6 <= text.Length && text.AsSpan(at + 2, 4).IndexOfAnyExcept(Hexadecimal) < 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOverlong(string bytes)
    {
        for (var i = 0; i + 1 < bytes.Length; i++)
        {
            foreach (var (first, second) in Overlong)
            {
                if (bytes[i] == first && bytes[i + 1] >= '\x80' && bytes[i + 1] <= second)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Each character a byte. The same text when nothing in it is encoded.
    private static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new char[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            decoded[length] = text[i];
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                decoded[length] = (char)value;
                i += 2;
            }

            length++;
        }

        return length == text.Length ? text : new string(decoded, 0, length);
    }
}
