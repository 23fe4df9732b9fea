using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.IdentityModel.Protocols;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Edge.Authentication.Keys;
using SseGateway.Edge.Credentials;

namespace SseGateway.Edge.Authentication;

/// <summary>Checks credentials of all kinds, with one set of keys for each distinct JWT configuration.</summary>
internal sealed class Authenticator(TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private const int MaxMetadataBytes = 1024 * 1024;

    // Routes that override nothing of "Jwt" share the object. Settings that a reload has replaced go with what was made of them.
    private readonly ConditionalWeakTable<JwtSettings, JwtAuthenticator> _jwt = [];

    // An authority's keys outlive a reload: fetching them anew could fail just then. As many as were ever configured.
    private readonly ConcurrentDictionary<(string Authority, string Issuer), AuthorityKeys> _authorities = new();
    private readonly Lazy<HttpClient> _http = new(CreateClient);

    public ValueTask<AuthenticationResult> CheckAsync(Credential credential, AuthenticationSettings settings, CancellationToken cancellation)
    {
        if (credential.State != CredentialState.Present)
        {
            return new(credential.State == CredentialState.OtherScheme
                ? new AuthenticationResult(AuthenticationOutcome.Missing)
                : AuthenticationResult.Invalid("the credential is empty, or there is more than one"));
        }

        if (credential.Carrier == CredentialCarrier.ApiKeyHeader)
        {
            return new(ApiKeyAuthenticator.Check(credential.Reveal(), settings.ApiKeys.Keys));
        }

        return settings.Jwt.Configured
            ? _jwt.GetValue(settings.Jwt, Create).CheckAsync(credential.Reveal(), cancellation)
            : new(AuthenticationResult.Invalid("it is no API key, and tokens are not taken (Jwt is not set)"));
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private JwtAuthenticator Create(JwtSettings jwt)
    {
        ISigningKeySource keys = jwt.Authority.Length == 0
            ? new FixedKeys(jwt)
            : _authorities.GetOrAdd((jwt.Authority, jwt.Issuer), _ => CreateKeys(jwt));
        return new JwtAuthenticator(jwt, keys, time);
    }

    private AuthorityKeys CreateKeys(JwtSettings jwt)
    {
        var documents = new HttpDocumentRetriever(_http.Value) { RequireHttps = jwt.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        return new AuthorityKeys(jwt, documents, time, loggers.CreateLogger<AuthorityKeys>());
    }

    // No redirects: they could lead from https to anywhere.
    private static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = MaxMetadataBytes,
        };
}
