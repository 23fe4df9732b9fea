using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using SseGateway.Transport.Http;

namespace SseGateway.Sharing;

/// <summary>One of the values that part clients: what the upstream is told of it, and what tells it from others.</summary>
/// <param name="Name">Of the upstream's header field.</param>
/// <param name="Told">The field's lines; none when the client has none.</param>
/// <param name="Parts">As many texts as it takes: two that differ in anything differ here, and be it in nothing that the upstream can see.</param>
internal sealed record ShareField(string Name, StringValues Told, IReadOnlyList<string> Parts)
{
    /// <summary>A request's field, line by line: where the lines end is for the upstream to say.</summary>
    public static ShareField OfHeader(string name, StringValues lines) => new(name, lines, [.. lines.Select(line => line ?? "")]);

    /// <summary>
    /// A claim: each of its values percent-encoded, with commas between, so that a comma in one is none between two. An empty list, which has no value, is told
    /// like no claim, null like an empty text, and a number like a text; but all of them are told apart.
    /// </summary>
    public static ShareField OfClaim(ClaimsPrincipal user, string name)
    {
        var claims = user.FindAll(name).ToArray();
        var isNone = claims is [] or [{ Value: "", ValueType: JsonClaimValueTypes.JsonArray }];
        return new ShareField(
            IdentityFields.ClaimStart + name,
            isNone ? StringValues.Empty : string.Join(',', claims.Select(claim => Uri.EscapeDataString(claim.Value))),
            [.. claims.SelectMany(claim => new[] { claim.ValueType, claim.Value })]);
    }
}
