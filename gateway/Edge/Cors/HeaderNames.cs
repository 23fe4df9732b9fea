using Microsoft.Extensions.Primitives;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Cors;

/// <summary>A list of header names, as it stands in a header.</summary>
internal static class HeaderNames
{
    /// <summary>The names; what is none is left out.</summary>
    public static IEnumerable<string> In(StringValues field) => field.Count == 0 ? [] : field.SelectMany(line => (line ?? "").Split(','))
        .Select(name => name.Trim(' ', '\t')).Where(HttpSyntax.IsToken);
}
