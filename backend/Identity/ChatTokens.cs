using System.Security.Claims;
using ChatBackend.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatBackend.Identity;

/// <summary>Issues the tokens of this service, and says what a valid one looks like.</summary>
internal sealed class ChatTokens
{
    /// <summary>The cookie that carries the token for a native EventSource, which cannot set a header.</summary>
    public const string CookieName = "chat_token";

    /// <summary>Difference of clocks that is tolerated; IdentityModel's default of 5 minutes would keep expired tokens alive.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly ChatOptions _options;
    private readonly TimeProvider _time;
    private readonly SigningCredentials _credentials;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public ChatTokens(ChatOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var key = new SymmetricSecurityKey((options.SigningKey ?? SigningKey.Ephemeral()).Bytes.ToArray());
        _credentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        Validation = new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            // The default validator reads the machine's clock.
            LifetimeValidator = IsAlive,
            NameClaimType = JwtRegisteredClaimNames.Sub,
        };
    }

    public TokenValidationParameters Validation { get; }

    public LoginResponse Issue(string subject)
    {
        // Seconds, as NumericDate is written: what the caller is told is what the token says.
        var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());
        var expires = now + _options.TokenLifetime;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _options.Issuer,
            Audience = _options.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Subject = new ClaimsIdentity([new Claim(JwtRegisteredClaimNames.Sub, subject)]),
            SigningCredentials = _credentials,
        });
        return new LoginResponse(token, expires, (long)_options.TokenLifetime.TotalSeconds, subject);
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + ClockSkew && (notBefore is not { } start || now >= start - ClockSkew);
    }
}
