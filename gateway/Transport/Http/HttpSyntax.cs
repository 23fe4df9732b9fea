using System.Buffers;

namespace SseGateway.Transport.Http;

/// <summary>Pieces of the HTTP grammar that settings are checked against.</summary>
internal static class HttpSyntax
{
    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>True for what may be a header name, a method or a cookie name.</summary>
    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenChars);

    /// <summary>True for <c>http://host[:port][/path]</c> or <c>https://…</c> without query, fragment and user info.</summary>
    public static bool IsHttpAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
        && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
