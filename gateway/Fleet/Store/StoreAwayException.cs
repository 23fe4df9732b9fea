using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>The store has not answered, or not done what it was asked to. What was sent may still be done later.</summary>
/// <param name="reason">In few words, without anything secret.</param>
/// <param name="cause">What the client library said; null for nothing.</param>
internal sealed class StoreAwayException(string reason, Exception? cause = null) : IOException(reason, cause)
{
    private const string Untrusted = "its certificate is not trusted";
    private const string NotLetIn = "it wants a password, or another one";
    private const string Unresolved = "its name does not resolve";
    private const string NotRedis = "what answers there is not Redis";

    /// <summary>True for what the client library throws where the store does not answer, refuses, cannot be asked, or is let go of.</summary>
    public static bool IsOf(Exception failure) =>
        failure is RedisException or RedisCommandException or TimeoutException or InvalidOperationException or OperationCanceledException;

    /// <param name="failure">Of the client library.</param>
    public static StoreAwayException Of(Exception failure) => failure switch
    {
        RedisTimeoutException or TimeoutException => new("no answer within 1 s", failure),

        // MISCONF, OOM, READONLY, NOAUTH, LOADING: the first word says it, and what follows may be about anything.
        RedisServerException server => new($"it refuses: {server.Message.Split(' ')[0]}", failure),

        // No RedisException: the library does not send what its own options forbid, or a server has not. It names options and commands.
        RedisCommandException command => new($"it cannot be asked: {command.Message}", failure),
        RedisConnectionException connection => new($"no connection ({Why(connection)})", failure),
        _ => new("no connection", failure),
    };

    /// <summary>True for a reason that does not pass by itself, and is to be said also where another one came first.</summary>
    public static bool IsOfSettings(string reason) =>
        reason.Contains(Untrusted, StringComparison.Ordinal) || reason.Contains(NotLetIn, StringComparison.Ordinal);

    // A command is only told that there is none; why not lies deeper, and again, in the failures of the connections before.
    private static string Why(RedisConnectionException connection)
    {
        var causes = Causes(connection).ToList();
        return causes.OfType<AuthenticationException>().Any() ? Untrusted
            : causes.Exists(IsOfPassword) ? NotLetIn
            : causes.OfType<SocketException>().Any(cause => cause.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain) ? Unresolved
            : causes.Exists(cause => cause.Message.StartsWith("RESP protocol failure", StringComparison.Ordinal)) ? NotRedis
            : causes.OfType<RedisConnectionException>().Last().FailureType.ToString();
    }

    private static bool IsOfPassword(Exception cause) =>
        cause.Message.Contains("NOAUTH ", StringComparison.Ordinal) || cause.Message.Contains("WRONGPASS ", StringComparison.Ordinal);

    private static IEnumerable<Exception> Causes(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Causes),
        { InnerException: { } inner } => Causes(inner).Prepend(failure),
        _ => [failure],
    };
}
