using Microsoft.IdentityModel.Tokens;
using SseGateway.Configuration.Settings.Authentication;

namespace SseGateway.Edge.Authentication.Keys;

/// <summary>Keys from a file, read at start.</summary>
internal sealed class FixedKeys(JwtSettings settings) : ISigningKeySource
{
    private readonly SigningKeys _keys = new(
        settings.Issuer, [.. settings.Keys.Select(key => new SymmetricSecurityKey(key.Reveal())), .. settings.KeySet]);

    public ValueTask<SigningKeys?> GetAsync(CancellationToken cancellation) => new(_keys);

    public ValueTask<SigningKeys?> RefreshAsync(SigningKeys seen, CancellationToken cancellation) => new(_keys);
}
