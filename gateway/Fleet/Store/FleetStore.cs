using System.Text;
using SseGateway.Configuration.Settings.Fleet;
using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>
/// The store that the gateways of a fleet have in common, and whether it answers. The gateway starts and goes on without it; once a second it says there
/// that it is alive, and by that learns whether the store is.
/// </summary>
/// <remarks>
/// The client library's own events do not tell: it does not raise the one for a connection that it gives up itself, and a subscription may be connected and
/// deaf after a failover. So each gateway listens for its own word.
/// </remarks>
internal sealed partial class FleetStore : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeatWhileAway = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan NodeLives = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(3);

    // By the machine's clock: the library's own time-outs are of what it has sent.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(3);

    private static readonly StoreScript BeatScript = StoreScript.Read("beat");
    private static readonly StoreScript LeaveScript = StoreScript.Read("leave");

    private readonly FleetSettings _settings;
    private readonly FleetMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetStore> _logger;
    private readonly long _started;
    private readonly StoreSubscriptions _subscriptions;
    private readonly StoreFailures _failures = new();
    private readonly string _nodes;
    private readonly string _control;
    private volatile ConnectionMultiplexer? _redis;
    private volatile StoreStatus _status = new(IsHere: false, TimeSpan.Zero, "", HasBeenHere: false);
    private volatile IReadOnlyList<FleetNode> _known = [];
    private readonly byte[] _ownWord;
    private string? _user;
    private long _heard;
    private long _forgotten = -1;

    // The last reason of this time away; null when none has been said.
    private string? _told;

    public FleetStore(FleetSettings settings, FleetMetrics metrics, TimeProvider time, ILogger<FleetStore> logger)
    {
        (_settings, _metrics, _time, _logger) = (settings, metrics, time, logger);
        _started = time.GetTimestamp();
        NodeId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        NodeName = settings.Node.Length > 0 ? settings.Node : $"{Environment.MachineName}-{Environment.ProcessId}";
        (_nodes, _control) = ($"{settings.Prefix}:{{nodes}}", $"{settings.Prefix}:ctl");
        _subscriptions = new StoreSubscriptions(new StoreChannel(_control, HearControl), time);
        _ownWord = Encoding.ASCII.GetBytes(NodeId);
        Describe = () => new FleetNode(NodeId, NodeName, 0, 0, 0, Draining: false);
    }

    /// <summary>Of this process, and of no other one ever.</summary>
    public string NodeId { get; }

    /// <summary>As operators call it.</summary>
    public string NodeName { get; }

    /// <summary>What the names of keys and channels begin with.</summary>
    public string Prefix => _settings.Prefix;

    /// <summary>Says of this gateway what the others are told.</summary>
    public Func<FleetNode> Describe { get; set; }

    /// <summary>Whether it answers.</summary>
    public StoreStatus Status => _status;

    /// <summary>The gateways that are alive, this one included, as of the last second.</summary>
    public IReadOnlyList<FleetNode> Nodes => _known;

    /// <summary>What operators call the node that an owner of a lease belongs to; its id when it is not alive.</summary>
    /// <param name="owner">The node's id, a slash, and a number.</param>
    public string NameOf(string owner)
    {
        var id = owner.Split('/')[0];
        return id == NodeId ? NodeName : _known.FirstOrDefault(node => node.Id == id)?.Name ?? id;
    }

    /// <summary>The clocks.</summary>
    public TimeProvider Time => _time;

    /// <summary>A clock that only goes forward.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>For how long it has been away; zero when it is here.</summary>
    public TimeSpan AwayFor => _status is { IsHere: false, Since: var since } ? Now - since : TimeSpan.Zero;

    /// <summary>
    /// Whether it has what was there a moment ago: this gateway is among those that live. One that has lost everything knows nothing of streams that others
    /// have; whoever leads needs as long as a lease to write them again.
    /// </summary>
    /// <exception cref="StoreAwayException">No answer within a second, or a refusal.</exception>
    public async Task<bool> RemembersAsync() => await RunAsync(redis => redis.HashExistsAsync(_nodes, NodeId)).ConfigureAwait(false)
        && Volatile.Read(ref _forgotten) is var forgotten && (forgotten < 0 || Now - TimeSpan.FromTicks(forgotten) > _settings.Lease);

    /// <summary>
    /// It answers again, or messages may have been missed, or it has lost what it had: what is mirrored has to be compared. Must neither wait nor throw.
    /// </summary>
    public event Action? Joined;

    /// <summary>It does not answer any more. Must neither wait nor throw.</summary>
    public event Action? Lost;

    /// <summary>
    /// A word to the whole fleet, by any gateway, this one included. Its first letter, in upper case, says what it is. Must neither wait nor throw.
    /// </summary>
    public event Action<ReadOnlyMemory<byte>>? Told;

    /// <summary>The channel of the whole fleet.</summary>
    public string Control => _control;

    /// <summary>Runs a script. Never twice, and never later than this says; but when it fails, what was sent may still be run.</summary>
    /// <exception cref="StoreAwayException">No answer within a second, or a refusal.</exception>
    public async Task<RedisResult> EvaluateAsync(StoreScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            var database = Redis.GetDatabase();
            try
            {
                return await database.ScriptEvaluateAsync(script.Sha, keys, arguments).ConfigureAwait(false);
            }
            catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // Nothing of it was run. Of a cluster's servers, the one that has the keys wants it; that may be a replica that has just been promoted, and
                // that the client library still takes for one.
                await Redis.GetServer(keys[0]).ScriptLoadAsync(script.Text).ConfigureAwait(false);
                return await database.ScriptEvaluateAsync(script.Sha, keys, arguments).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (StoreAwayException.IsOf(failure))
        {
            throw StoreAwayException.Of(failure);
        }
    }

    /// <summary>Runs a command.</summary>
    /// <exception cref="StoreAwayException">No answer within a second, or a refusal.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            return await command(Redis.GetDatabase()).WaitAsync(MostWait).ConfigureAwait(false);
        }
        catch (Exception failure) when (StoreAwayException.IsOf(failure))
        {
            throw StoreAwayException.Of(failure);
        }
    }

    /// <summary>Hears a channel from now on, over reconnections too; what was sent while there was no connection is not heard (<see cref="Joined"/>).</summary>
    /// <exception cref="StoreAwayException">It could not be subscribed to.</exception>
    public Task SubscribeAsync(StoreChannel channel) => _subscriptions.AddAsync(Redis, channel);

    /// <summary>Hears it no more. Never fails.</summary>
    public Task UnsubscribeAsync(StoreChannel channel) => _subscriptions.RemoveAsync(channel);

    /// <summary>Says a word to the whole fleet.</summary>
    /// <exception cref="StoreAwayException">No answer within a second, or a refusal.</exception>
    public Task TellAsync(byte[] word) => RunAsync(redis => redis.PublishAsync(RedisChannel.Literal(_control), word));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_redis is not { } redis)
        {
            return;
        }

        try
        {
            await EvaluateAsync(LeaveScript, [_nodes], [NodeId]).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            // It will be forgotten in a few seconds.
        }

        await redis.DisposeAsync().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_redis is null)
                {
                    await ConnectAsync().ConfigureAwait(false);
                }

                await BeatAsync().ConfigureAwait(false);
            }
            catch (StoreAwayException away)
            {
                NoteAway(_failures.OfSettings ?? away.Message);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Whatever it is, the gateway goes on.
                NoteAway(fault.GetType().Name);
            }

            await Task.Delay(_status.IsHere ? Beat : BeatWhileAway, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ConnectionMultiplexer Redis => _redis ?? throw new StoreAwayException("it has not answered yet");

    private async Task ConnectAsync()
    {
        var options = StoreOptions.Of(_settings, NodeName, _failures);
        var redis = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        _user = options.User;
        redis.ConnectionRestored += (_, restored) =>
        {
            if (restored.ConnectionType == ConnectionType.Subscription && _status.IsHere)
            {
                Joined?.Invoke();
            }
        };
        _redis = redis;
    }

    private async Task BeatAsync()
    {
        var answer = await EvaluateAsync(
            BeatScript, [_nodes], [NodeId, Describe().ToJson(), (long)NodeLives.TotalMilliseconds, _control, NodeId]).ConfigureAwait(false);
        var said = (RedisResult[])answer!;
        var isForgotten = (int)said[0] == 1 && _status.HasBeenHere;
        if (isForgotten)
        {
            Volatile.Write(ref _forgotten, Now.Ticks);
        }

        _known = [.. said[1..].Where((_, i) => i % 2 == 1).Select(json => FleetNode.Parse((byte[])json!)).OfType<FleetNode>()
            .OrderBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.Id, StringComparer.Ordinal)];
        if (!_status.IsHere)
        {
            await NoteHereAsync().ConfigureAwait(false);
        }
        else if (Now - Heard > Deaf)
        {
            // It answers, but its messages do not come.
            LogDeaf(_logger, Deaf.TotalSeconds);
            await RenewAsync().ConfigureAwait(false);
        }
        else if (isForgotten)
        {
            // Emptied while it was here: all that it had is to be written again.
            Joined?.Invoke();
        }
    }

    private async Task NoteHereAsync()
    {
        var about = await AboutAsync().ConfigureAwait(false);
        await _subscriptions.RenewAsync(Redis).ConfigureAwait(false);
        Heard = Now;
        _told = null;
        _failures.Forget();
        _status = new(IsHere: true, Now, "", HasBeenHere: true);
        LogJoined(_logger, about.Version, about.Policy, NodeName);
        if (!about.IsNewEnough)
        {
            LogOld(_logger, about.Version);
        }

        if (!about.IsKept)
        {
            LogPolicy(_logger, about.Policy);
        }

        if (!about.IsServedAs(_user))
        {
            LogOtherUser(_logger, about.User);
        }

        Joined?.Invoke();
    }

    private void NoteAway(string reason)
    {
        var before = _status;
        var isNew = before.IsHere || _told is null;
        if (!isNew && (reason == _told || !StoreAwayException.IsOfSettings(reason)))
        {
            return;
        }

        _told = reason;
        _status = new(IsHere: false, before.IsHere ? Now : before.Since, reason, before.HasBeenHere);
        LogAway(_logger, reason, _settings.Grace.TotalSeconds, _settings.OnStoreLoss);
        if (!isNew)
        {
            return;
        }

        _metrics.Outage();
        Lost?.Invoke();
    }

    // Of several servers, the one that is worst: any of them may have the keys of a stream.
    private async Task<StoreAbout> AboutAsync()
    {
        var about = new List<StoreAbout>();
        foreach (var server in Redis.GetServers().Where(server => server.IsConnected))
        {
            var info = await AskAsync(server, "INFO").ConfigureAwait(false);
            about.Add(StoreAbout.Parse(info, await AskAsync(server, "CLIENT", "INFO").ConfigureAwait(false)));
        }

        return about.OrderBy(one => one.IsKept && one.IsNewEnough && one.IsServedAs(_user)).FirstOrDefault() ?? new StoreAbout("", "", "");
    }

    // Not everybody may ask, and it may have gone just now.
    private static async Task<string> AskAsync(IServer server, string command, params object[] arguments)
    {
        try
        {
            return (string?)await server.ExecuteAsync(command, arguments).WaitAsync(MostWait).ConfigureAwait(false) ?? "";
        }
        catch (Exception failure) when (StoreAwayException.IsOf(failure))
        {
            return "";
        }
    }

    private async Task RenewAsync()
    {
        await using var old = _redis;
        await ConnectAsync().ConfigureAwait(false);
        await _subscriptions.RenewAsync(Redis).ConfigureAwait(false);
        Heard = Now;
        Joined?.Invoke();
    }

    private void HearControl(ReadOnlyMemory<byte> message)
    {
        if (message.Span.SequenceEqual(_ownWord))
        {
            Heard = Now;
        }
        else
        {
            Told?.Invoke(message);
        }
    }

    // One writer at a time, and none that would harm: an older moment is corrected with the next beat.
    private TimeSpan Heard
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _heard));
        set => Volatile.Write(ref _heard, value.Ticks);
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Joined the fleet's Redis, version {Version}, maxmemory-policy {Policy}, as {Node}")]
    private static partial void LogJoined(ILogger logger, string version, string policy, string node);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning,
        Message = "The fleet's Redis is away: {Reason}. Clients stay; after {Grace} s of it shared streams go on by {OnStoreLoss}")]
    private static partial void LogAway(ILogger logger, string reason, double grace, StoreLoss onStoreLoss);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning,
        Message = "The fleet's Redis may drop keys that are in use: maxmemory-policy is {Policy} and should be noeviction")]
    private static partial void LogPolicy(ILogger logger, string policy);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning,
        Message = "The fleet's Redis answers, but its messages have not come for {Seconds} s: connecting anew")]
    private static partial void LogDeaf(ILogger logger, double seconds);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "The fleet needs Redis 7.0 or later, or Valkey; this one is {Version}")]
    private static partial void LogOld(ILogger logger, string version);

    // The client library goes on with a connection whose user and password were refused.
    [LoggerMessage(EventId = 209, Level = LogLevel.Warning,
        Message = "The fleet's Redis has not taken the user and password that are set: it serves this gateway as its user {User}, who needs none")]
    private static partial void LogOtherUser(ILogger logger, string user);
}
