using System.Globalization;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings.Cors;

namespace SseGateway.Edge.Cors;

/// <summary>The values of CORS headers, joined once for each settings object and not for each answer.</summary>
internal sealed class CorsHeaders(CorsSettings cors)
{
    private readonly string[] _names = cors.Headers.Where(name => !name.EndsWith('*')).ToArray();

    public StringValues Methods { get; } = string.Join(", ", cors.Methods);

    public StringValues MaxAge { get; } = ((long)cors.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private StringValues Headers { get; } = Joined(cors.Headers.Where(name => !name.EndsWith('*')));

    private StringValues Expose { get; } = Joined(cors.ExposeHeaders);

    /// <summary>
    /// The names that are allowed, and of the families those that were asked for: Fetch knows no wildcard for a part of a name, and a plain one would not
    /// stand for Authorization.
    /// </summary>
    /// <param name="asked">The request's Access-Control-Request-Headers.</param>
    public StringValues HeadersFor(StringValues asked)
    {
        List<string>? more = null;
        foreach (var name in HeaderNames.In(asked))
        {
            if (cors.AllowsHeader(name) && !_names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                (more ??= []).Add(name);
            }
        }

        return more is null ? Headers : Joined(_names.Concat(more.Distinct(StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>What a page may read: the gateway's list, and what the upstream has exposed itself.</summary>
    /// <param name="upstreams">The upstream's Access-Control-Expose-Headers.</param>
    public StringValues ExposeWith(StringValues upstreams)
    {
        // Fetch: "*" is every name without credentials, and with them a name like any other.
        var more = HeaderNames.In(upstreams).Where(name => name != "*" || !cors.AllowCredentials)
            .Where(name => !cors.ExposeHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray();
        return more.Length == 0 ? Expose : Joined(cors.ExposeHeaders.Concat(more.Distinct(StringComparer.OrdinalIgnoreCase)));
    }

    private static StringValues Joined(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } joined ? joined : StringValues.Empty;
}
