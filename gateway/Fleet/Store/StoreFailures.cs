using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>
/// What the client library says of each connection that failed. Its exceptions, and its events, tell of the first failure alone until there has been a
/// connection: a password that is missing, or a certificate that nobody trusts, is in its log only where the store was slow or away before.
/// </summary>
internal sealed class StoreFailures : ILoggerFactory, ILogger
{
    private volatile string? _last;

    /// <summary>Why the last connection failed when that does not pass by itself; null otherwise.</summary>
    public string? OfSettings => _last is { } last && StoreAwayException.IsOfSettings(last) ? last : null;

    /// <summary>There is a connection: what failed before tells nothing any more.</summary>
    public void Forget() => _last = null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is RedisConnectionException)
        {
            _last = StoreAwayException.Of(exception).Message;
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        // Nothing is held.
    }
}
