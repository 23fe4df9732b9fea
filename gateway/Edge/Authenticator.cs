using System.Collections.Concurrent;
using Microsoft.IdentityModel.Protocols;
using SseGateway.Configuration;

namespace SseGateway.Edge;

/// <summary>Checks credentials of all kinds, with one set of keys for each distinct JWT configuration.</summary>
internal sealed class Authenticator(TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private const int MaxMetadataBytes = 1024 * 1024;

    // Routes that override nothing of "Jwt" share the object, and with it the keys and their refresh.
    private readonly ConcurrentDictionary<JwtSettings, Lazy<JwtAuthenticator>> _jwt = new(ReferenceEqualityComparer.Instance);
    private readonly Lazy<HttpClient> _http = new(CreateClient);

    public ValueTask<AuthenticationResult> CheckAsync(Credential credential, AuthenticationSettings settings, CancellationToken cancellation)
    {
        if (credential.State != CredentialState.Present)
        {
            return new(new AuthenticationResult(
                credential.State == CredentialState.OtherScheme ? AuthenticationOutcome.Missing : AuthenticationOutcome.Invalid));
        }

        if (credential.Carrier == CredentialCarrier.ApiKeyHeader)
        {
            return new(ApiKeyAuthenticator.Check(credential.Reveal(), settings.ApiKeys.Keys));
        }

        return settings.Jwt.Configured
            ? _jwt.GetOrAdd(settings.Jwt, jwt => new Lazy<JwtAuthenticator>(() => Create(jwt))).Value.CheckAsync(credential.Reveal(), cancellation)
            : new(AuthenticationResult.Invalid);
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
        if (jwt.Authority.Length == 0)
        {
            return new JwtAuthenticator(jwt, new FixedKeys(jwt), time);
        }

        var documents = new HttpDocumentRetriever(_http.Value) { RequireHttps = jwt.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        return new JwtAuthenticator(jwt, new AuthorityKeys(jwt, documents, time, loggers.CreateLogger<AuthorityKeys>()), time);
    }

    // No redirects: they could lead from https to anywhere.
    private static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = MaxMetadataBytes,
        };
}
