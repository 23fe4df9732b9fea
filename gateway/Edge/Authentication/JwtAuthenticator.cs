using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Configuration.Syntax;
using SseGateway.Edge.Authentication.Keys;

namespace SseGateway.Edge.Authentication;

/// <summary>Checks JSON Web Tokens (RFC 7519) after the best current practices (RFC 8725).</summary>
internal sealed class JwtAuthenticator(JwtSettings settings, ISigningKeySource source, TimeProvider time)
{
    /// <summary>Longer tokens are refused unread. What providers issue is under 4 KiB; Kestrel takes 32 KiB of headers in all.</summary>
    internal const int MaxTokenChars = 8 * 1024;

    // Whoever signs a token must not say with what to check it (RFC 8725, 3.10), and an extension that must be understood is not (RFC 7515, 4.1.11).
    private static readonly string[] RefusedHeaders = ["crit", "jku", "x5u", "jwk"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenChars };

    public async ValueTask<AuthenticationResult> CheckAsync(string token, CancellationToken cancellation)
    {
        if (Parse(token, out var fault) is not { } jwt)
        {
            return AuthenticationResult.Invalid(fault);
        }

        if (await source.GetAsync(cancellation) is not { } keys)
        {
            return AuthenticationResult.KeysUnavailable;
        }

        if (keys.Matching(jwt.Kid, jwt.Alg).Count == 0)
        {
            if (await source.RefreshAsync(keys, cancellation) is not { } newer)
            {
                // Its key may be one of the new ones: an "invalid" would end a browser's EventSource for good.
                return AuthenticationResult.KeysUnavailable;
            }

            keys = newer;
        }

        var matching = keys.Matching(jwt.Kid, jwt.Alg);
        if (matching.Count == 0)
        {
            return AuthenticationResult.Invalid(NoKey);
        }

        var result = await _handler.ValidateTokenAsync(jwt, Parameters(keys.Issuer, matching));
        return result.IsValid ? Accept(jwt, result.ClaimsIdentity) : AuthenticationResult.Invalid(Fault(jwt, result.Exception, keys.Issuer));
    }

    private const string NoKey = "no key has the token's kid and alg";

    // Claims first: what is wrong with a token that somebody is at work on is rarely its signature.
    private string Fault(JsonWebToken jwt, Exception? exception, string issuer) => exception switch
    {
        SecurityTokenInvalidIssuerException => $"iss is not \"{issuer}\"",
        SecurityTokenInvalidAudienceException => $"aud is not \"{settings.Audience}\"",
        SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException when jwt.ValidTo == default => "exp is missing",
        SecurityTokenInvalidLifetimeException => "exp is over, or nbf is yet to come",
        SecurityTokenInvalidAlgorithmException => BadAlgorithm,
        _ => "the signature is not right",
    };

    private string BadAlgorithm => $"alg is not among {string.Join(", ", settings.Algorithms)}";

    private JsonWebToken? Parse(string token, out string fault)
    {
        fault = "it is no signed JWT, or a claim has the wrong type";

        // Two dots: a signed token. Four would be an encrypted one.
        if (token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        if (token.Length > MaxTokenChars)
        {
            fault = $"the token is longer than {MaxTokenChars} characters";
            return null;
        }

        try
        {
            var jwt = new JsonWebToken(token);

            // Algorithms first: what is not accepted is not worth looking for a key.
            if (!settings.Algorithms.Contains(jwt.Alg, StringComparer.Ordinal))
            {
                fault = BadAlgorithm;
                return null;
            }

            if (Array.Find(RefusedHeaders, name => jwt.TryGetHeaderValue<object>(name, out _)) is { } header)
            {
                fault = $"{header} is in the header";
                return null;
            }

            return jwt;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException or FormatException or System.Text.Json.JsonException
            or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(string issuer, IReadOnlyList<SecurityKey> keys) => new()
    {
        ValidAlgorithms = settings.Algorithms,
        ValidAudience = settings.Audience,
        ValidIssuer = issuer,
        IssuerSigningKeyResolver = (_, _, _, _) => keys,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = IsCurrent,
    };

    // RFC 7519, 4.1.4 and 4.1.5, on our clock.
    private bool IsCurrent(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now - settings.ClockSkew < end && (notBefore is not { } start || start <= now + settings.ClockSkew);
    }

    private AuthenticationResult Accept(JsonWebToken jwt, ClaimsIdentity identity)
    {
        if (JwtClaims.Check(jwt, settings.SubjectClaim, out var subject) is { } fault)
        {
            return AuthenticationResult.Invalid(fault);
        }

        // A token without a subject cannot be told apart from others of its kind, neither here by the limits nor by the upstream.
        if (!SubjectSyntax.IsValid(subject))
        {
            return AuthenticationResult.Invalid($"{JwtClaims.NameOf(settings.SubjectClaim)} {SubjectSyntax.Rule}");
        }

        return WrittenClaims.Read(jwt, identity) is { } claims
            ? new(AuthenticationOutcome.Accepted, new Caller(
                subject, CallerKind.Jwt, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero), IssuedAt(jwt)), claims)
            : AuthenticationResult.Invalid("a claim is a text with half a character");
    }

    // The default value is what a token without iat has.
    private static DateTimeOffset? IssuedAt(JsonWebToken jwt) => jwt.IssuedAt == default ? null : new DateTimeOffset(jwt.IssuedAt, TimeSpan.Zero);
}
