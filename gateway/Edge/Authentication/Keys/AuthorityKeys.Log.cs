namespace SseGateway.Edge.Authentication.Keys;

internal sealed partial class AuthorityKeys
{
    [LoggerMessage(2101, LogLevel.Information, "Fetched {Count} signing keys from {Authority}")]
    private partial void Fetched(string authority, int count);

    [LoggerMessage(2102, LogLevel.Warning, "The signing keys of {Authority} cannot be fetched: {Reason}")]
    private partial void FetchFailed(string authority, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "The metadata of {Authority} holds no usable signing key or no issuer")]
    private partial void NoKeys(string authority);
}
