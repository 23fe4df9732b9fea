using System.Collections.Frozen;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Syntax;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings.Cors;

/// <summary>Cross-origin access. The gateway owns CORS on a route as soon as it has an origin there; otherwise it is the upstream's.</summary>
internal sealed record CorsSettings
{
    /// <summary>Exact origins as browsers send them (lower case, no default port), <c>null</c>, or the single <c>*</c>.</summary>
    public FrozenSet<string> Origins { get; init; } = [];

    /// <summary>Origins with a wildcard in their first label, such as those of preview deployments.</summary>
    public IReadOnlyList<OriginPattern> Patterns { get; init; } = [];

    public bool AllowCredentials { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>Names, and families of names with a <c>*</c> at their end.</summary>
    // What EventSource, fetch-based SSE clients, tracing in browsers, and the SDKs of MCP, OpenAI and Anthropic send, and how a page asks for notices.
    public IReadOnlyList<string> Headers { get; init; } =
    [
        "Authorization", "Content-Type", "Accept", "Cache-Control", "Last-Event-ID", "X-Requested-With", "X-Api-Key", "Idempotency-Key",
        "If-None-Match", "traceparent", "tracestate", "baggage", "Mcp-*", "OpenAI-*", "anthropic-*", "x-stainless-*", "Gateway-Notices",
    ];

    public IReadOnlyList<string> ExposeHeaders { get; init; } = ["Sse-Resume", "Retry-After", "Mcp-Session-Id", "X-Request-Id", "x-should-retry"];

    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>True when the gateway answers preflights here and sets the CORS headers itself.</summary>
    public bool Owned => Origins.Count + Patterns.Count > 0;

    public bool AnyOrigin => Origins.Contains("*");

    /// <summary>True when a page of that origin may read answers. The comparison is exact, as a browser's (Fetch, CORS check).</summary>
    public bool Allows(string origin) => AnyOrigin || Origins.Contains(origin) || Patterns.Any(pattern => pattern.Matches(origin));

    /// <summary>True when preflights allow that request header, by its name or its family.</summary>
    public bool AllowsHeader(ReadOnlySpan<char> name)
    {
        foreach (var allowed in Headers)
        {
            if (allowed.EndsWith('*')
                ? name.StartsWith(allowed.AsSpan(0, allowed.Length - 1), StringComparison.OrdinalIgnoreCase)
                : name.Equals(allowed, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same, with this header among those that pages may read.</summary>
    public CorsSettings Exposing(string name) =>
        ExposeHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) ? this : this with { ExposeHeaders = [.. ExposeHeaders, name] };

    public static CorsSettings Read(SettingReader section, CorsSettings fallback)
    {
        if (!section.Exists)
        {
            return fallback;
        }

        var given = section.Has("Origins") ? section.List("Origins", []).Distinct(StringComparer.Ordinal).ToArray() : null;
        var cors = new CorsSettings
        {
            Origins = given is null ? fallback.Origins
                : given.Where(text => !IsPattern(text)).Select(text => Origin(section, text)).OfType<string>().ToFrozenSet(StringComparer.Ordinal),
            Patterns = given is null ? fallback.Patterns
                : given.Where(IsPattern).Select(text => Pattern(section, text)).OfType<OriginPattern>().ToArray(),
            AllowCredentials = section.Flag("AllowCredentials", fallback.AllowCredentials),
            Methods = Tokens(section, "Methods", fallback.Methods).Select(method => method.ToUpperInvariant()).ToArray(),
            Headers = Tokens(section, "Headers", fallback.Headers, families: true),
            ExposeHeaders = Tokens(section, "ExposeHeaders", fallback.ExposeHeaders),
            MaxAge = section.Duration("MaxAge", fallback.MaxAge),
        };
        if (cors.AnyOrigin && cors.Origins.Count + cors.Patterns.Count > 1)
        {
            section.Error("Origins", "\"*\" stands for every origin and cannot be listed with others");
        }

        if (cors.AllowCredentials && cors.AnyOrigin)
        {
            // Fetch: with credentials "*" is no wildcard; and echoing every origin would hand each site the user's session.
            section.Error("Origins", "\"*\" cannot be combined with AllowCredentials; list the origins");
        }

        if (cors.AllowCredentials && cors.Origins.Contains("null"))
        {
            // Any site can make a sandboxed frame, and that sends "Origin: null".
            section.Error("Origins", "\"null\" cannot be combined with AllowCredentials");
        }

        return cors;
    }

    private static string? Origin(SettingReader section, string text)
    {
        if (text is "*" or "null")
        {
            return text;
        }

        if (OriginSyntax.TryNormalize(text, out var origin, out var problem))
        {
            return origin;
        }

        section.Error("Origins", $"{problem}, got \"{text}\"");
        return null;
    }

    private static bool IsPattern(string text) => text != "*" && text.Contains('*', StringComparison.Ordinal);

    private static OriginPattern? Pattern(SettingReader section, string text)
    {
        if (OriginPattern.TryParse(text, out var pattern, out var problem))
        {
            return pattern;
        }

        section.Error("Origins", $"{problem}, got \"{text}\"");
        return null;
    }

    private static IReadOnlyList<string> Tokens(SettingReader section, string key, IReadOnlyList<string> fallback, bool families = false)
    {
        var tokens = section.List(key, fallback);
        foreach (var token in tokens)
        {
            if (token == "*")
            {
                // Fetch: "*" does not cover Authorization and means nothing with credentials.
                section.Error(key, "\"*\" is not supported; list the names");
            }
            else if (token.EndsWith('*') && !families)
            {
                section.Error(key, $"families of names are for Headers; list the names, got \"{token}\"");
            }
            else if (!HttpSyntax.IsToken(token))
            {
                section.Error(key, $"must be HTTP names, got \"{token}\"");
            }
        }

        return tokens;
    }
}
