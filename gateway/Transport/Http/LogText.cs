using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Transport.Http;

/// <summary>
/// Text that a client or an upstream has chosen, as it may stand in a line of the log: nothing in it makes a second line, commands a terminal or turns
/// the text around.
/// </summary>
internal static class LogText
{
    /// <summary>What stands for nothing, as the common log format has it.</summary>
    public const string None = "-";

    // A field of a head may have 32 KB; whoever reads the line wants to know which it was.
    private const int Longest = 512;

    /// <summary>The text with every character that is not seen as <c>\x1b</c> or <c>\u202e</c>, and cut when it is long.</summary>
    public static string Of(string? text) =>
        string.IsNullOrEmpty(text) ? None
        : text.Length > Longest ? Escape(text.AsSpan(0, Longest), "…")
        : Whole(text);

    /// <summary>The same for a text that is not cut.</summary>
    public static string Whole(string text) => IsSeen(text) ? text : Escape(text, "");

    /// <summary>
    /// The path of a request as its client wrote it, without the query, which may hold a credential. The decoded one could hold a space, and pass for
    /// something else that stands in the line. As long as it is: the server has a limit for it.
    /// </summary>
    public static string Path(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : context.Request.Path.Value ?? "";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = WithoutUser(question < 0 ? target : target[..question]).AsSpan();
        if (!path.ContainsAnyExceptInRange('!', '~'))
        {
            return path.IsEmpty ? None : path.ToString();
        }

        var text = new StringBuilder();
        foreach (var c in path)
        {
            if (c is >= '!' and <= '~')
            {
                text.Append(c);
            }
            else
            {
                Append(text, c);
            }
        }

        return text.ToString();
    }

    /// <summary>A URL without the name and the password that may stand in it; a path is as it is.</summary>
    public static string WithoutUser(string url)
    {
        if (url.StartsWith('/') || url.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var scheme))
        {
            return url;
        }

        var begin = scheme + "://".Length;
        var length = url.AsSpan(begin).IndexOf('/');
        var at = url.AsSpan(begin, length < 0 ? url.Length - begin : length).LastIndexOf('@');
        return at < 0 ? url : url.Remove(begin, at + 1);
    }

    /// <summary>
    /// What an exception is about in the end: its innermost message, but for a cancellation, which is how something was stopped and not why.
    /// </summary>
    public static string Reason(Exception exception)
    {
        while (exception.InnerException is { } inner and not OperationCanceledException)
        {
            if (inner is SocketException && exception is HttpRequestException failure && SaysWhere(failure))
            {
                break;
            }

            exception = inner;
        }

        return Of(exception.Message);
    }

    // The same words, and the address that could not be reached; of a Unix socket only a name that stands for it.
    private static bool SaysWhere(HttpRequestException failure) =>
        failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        && !failure.Message.Contains(".unix.", StringComparison.OrdinalIgnoreCase);

    private static string Escape(ReadOnlySpan<char> text, string end)
    {
        var escaped = new StringBuilder(text.Length + 16);
        while (!text.IsEmpty)
        {
            var whole = Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (whole && IsSeen(rune))
            {
                escaped.Append(text[..length]);
            }
            else
            {
                foreach (var c in text[..length])
                {
                    Append(escaped, c);
                }
            }

            text = text[length..];
        }

        return escaped.Append(end).ToString();
    }

    private static void Append(StringBuilder text, char c) =>
        _ = c <= 0xff ? text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    private static bool IsSeen(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsSeen(rune))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    // Format characters are those that turn text around, and those that nobody sees; half a surrogate pair is no rune at all.
    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
