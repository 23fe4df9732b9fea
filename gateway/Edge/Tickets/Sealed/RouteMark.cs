using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;

namespace SseGateway.Edge.Tickets.Sealed;

/// <summary>
/// A digest of what a route asks of a credential, the same in every process with the same settings: which tokens, where they may be, and from which pages.
/// What can be seen of a caller itself (scopes, whether an API key is still listed) is not in it.
/// </summary>
internal static class RouteMark
{
    // Settings that a reload has replaced go with their marks.
    private static readonly ConditionalWeakTable<RouteSettings, string[]> Known = [];

    public static string Of(RouteSettings route, CallerKind kind) => Known.GetValue(route, Compute)[(int)kind];

    private static string[] Compute(RouteSettings route)
    {
        var (jwt, carriers, cors) = (route.Authentication.Jwt, route.Authentication.Carriers, route.Cors);
        string[] pages =
        [
            carriers.Header.ToString(), carriers.Cookie, carriers.Query, cors.AllowCredentials.ToString(),
            .. cors.Origins.Order(StringComparer.Ordinal), .. cors.Patterns.Select(pattern => pattern.ToString()).Order(StringComparer.Ordinal),
        ];

        // Not where its files are: that may differ from machine to machine.
        string[] tokens =
        [
            jwt.Authority, jwt.Issuer, jwt.Audience, jwt.SubjectClaim, jwt.ClockSkew.ToString("c"), .. jwt.Algorithms,
            .. jwt.Keys.Select(key => Convert.ToHexStringLower(SHA256.HashData(key.Reveal()))), .. jwt.KeySetMarks,
        ];
        return [Digest([["token"], tokens, pages]), Digest([["key"], pages])];
    }

    private static string Digest(string[][] said) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(said)).AsSpan(0, 12));
}
