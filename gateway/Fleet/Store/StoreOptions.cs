using System.Text;
using SseGateway.Configuration.Settings.Fleet;
using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>How the client library is to behave: it fails within a second, and does nothing later that nobody waits for any more.</summary>
internal static class StoreOptions
{
    private const int TimeoutMilliseconds = 1000;

    /// <param name="settings">With an address.</param>
    /// <param name="node">What the store's list of clients shows.</param>
    /// <param name="failures">Is told of each connection that failed.</param>
    public static ConfigurationOptions Of(FleetSettings settings, string node, StoreFailures failures)
    {
        var options = ConfigurationOptions.Parse(Encoding.UTF8.GetString(settings.Redis!.Reveal()));
        options.AbortOnConnectFail = false;
        options.LoggerFactory = failures;
        (options.ConnectTimeout, options.AsyncTimeout, options.SyncTimeout) = (TimeoutMilliseconds, TimeoutMilliseconds, TimeoutMilliseconds);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        options.KeepAlive = 1;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.ConfigurationChannel = "";
        options.TieBreaker = "";

        // The default queues what cannot be sent for five seconds, and has it done late.
        options.BacklogPolicy = BacklogPolicy.FailFast;

        // Messages on a connection of their own: what holds up one holds up no lease.
        options.Protocol = RedisProtocol.Resp2;
        options.ClientName ??= new string([.. $"sse-gateway-{node}".Where(char.IsAsciiLetterOrDigit)]);
        options.IncludeDetailInExceptions = false;

        // For INFO alone.
        options.AllowAdmin = true;
        return options;
    }
}
