using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Authentication.Keys;

/// <summary>
/// The published keys of an OpenID provider: fetched on first use, kept, renewed in the background, and fetched anew when a token names
/// a key that is not among them.
/// </summary>
/// <remarks>
/// Not IdentityModel's ConfigurationManager: it refreshes behind the back of the request that found the new key, which so gets a 401,
/// and a 401 ends a browser's EventSource for good. Here all requests with the new key wait for the one fetch. It also has no TimeProvider.
/// </remarks>
internal sealed partial class AuthorityKeys(
    JwtSettings settings, IDocumentRetriever documents, TimeProvider time, ILogger<AuthorityKeys> logger) : ISigningKeySource
{
    /// <summary>After this long keys are fetched again, so that a withdrawn one does not count for ever.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>Tokens with made-up key ids make the gateway ask the provider no more often than this.</summary>
    internal static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>While there are no keys at all, or the last attempt has failed, the provider is asked no more often than this.</summary>
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly string _address = $"{settings.Authority.TrimEnd('/')}/.well-known/openid-configuration";
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private SigningKeys? _current;
    private Task<SigningKeys?>? _fetch;
    private long _fetchedAt;
    private long? _triedAt;
    private long? _refreshedAt;
    private bool _failed;

    public ValueTask<SigningKeys?> GetAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_current is not null)
            {
                if (time.GetElapsedTime(_fetchedAt) > MaxAge && Passed(_triedAt, RefreshInterval))
                {
                    _ = Fetch();
                }

                return new(_current);
            }

            return _fetch is not null || Passed(_triedAt, RetryInterval) ? new(Fetch().WaitAsync(cancellation)) : default;
        }
    }

    public ValueTask<SigningKeys?> RefreshAsync(SigningKeys seen, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_current != seen)
            {
                return new(_current);
            }

            if (_fetch is null)
            {
                // What could not be fetched is asked for again soon: the token's key may be there, and nobody knows that it is made up.
                if (_failed ? !Passed(_triedAt, RetryInterval) : !Passed(_refreshedAt, RefreshInterval))
                {
                    return new(_failed ? null : _current);
                }

                _refreshedAt = time.GetTimestamp();
            }

            return new(Fetch().WaitAsync(cancellation));
        }
    }

    private bool Passed(long? since, TimeSpan interval) => since is not { } then || time.GetElapsedTime(then) >= interval;

    // Called under the lock. One fetch at a time, however many wait for it, and none of them can cancel it for the others.
    private Task<SigningKeys?> Fetch()
    {
        _triedAt = time.GetTimestamp();
        return _fetch ??= Task.Run(FetchAsync);
    }

    private async Task<SigningKeys?> FetchAsync()
    {
        SigningKeys? keys = null;
        try
        {
            var metadata = await OpenIdConnectConfigurationRetriever.GetAsync(_address, documents, CancellationToken.None);
            var issuer = settings.Issuer.Length > 0 ? settings.Issuer : metadata.Issuer;
            var usable = metadata.JsonWebKeySet?.Keys.Where(KeyKinds.IsUsable).ToList() ?? [];
            if (usable.Count > 0 && !string.IsNullOrEmpty(issuer))
            {
                keys = new SigningKeys(issuer, usable);
                LogFetched(logger, usable.Count, settings.Authority);
            }
            else
            {
                LogNoKeys(logger, settings.Authority, KeyKinds.Describe(metadata.JsonWebKeySet), string.IsNullOrEmpty(issuer) ? "none" : "there");
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException or InvalidOperationException or ArgumentException
            or OperationCanceledException or System.Text.Json.JsonException or FormatException)
        {
            // Also while there are older keys: those stay in use.
            LogFetchFailed(logger, settings.Authority, LogText.Reason(error));
        }
        finally
        {
            lock (_lock)
            {
                (_fetch, _failed) = (null, keys is null);
                if (keys is not null)
                {
                    _current = keys;
                    _fetchedAt = time.GetTimestamp();
                }
            }
        }

        return keys;
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Fetched {Count} signing keys from {Authority}")]
    private static partial void LogFetched(ILogger logger, int count, string authority);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "The signing keys of {Authority} cannot be fetched: {Reason}")]
    private static partial void LogFetchFailed(ILogger logger, string authority, string reason);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning,
        Message = "{Authority} has no signing key that can be used, and tokens are refused: it has {Kinds}, "
            + "and RSA and EC keys are taken; its issuer: {Issuer}")]
    private static partial void LogNoKeys(ILogger logger, string authority, string kinds, string issuer);
}
