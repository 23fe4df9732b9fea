using System.Collections.Concurrent;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using SseGateway.Sharing;
using SseGateway.Sharing.Keeping;
using SseGateway.Streams.Life;

namespace SseGateway.Fleet.Members;

/// <summary>Keeps the streams of the fleet's that this gateway has clients of.</summary>
internal sealed partial class FleetKeeper : IStreamKeeper, IHostedLifecycleService, IDisposable
{
    // How often each stream is compared with the store, at random in between.
    private static readonly TimeSpan LeastCompare = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostCompare = TimeSpan.FromSeconds(40);

    // A drain looks this often whether somebody waits for a stream.
    private static readonly TimeSpan HandOverAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostClosing = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<StreamMember, Task> _members = new();
    private readonly MemberServices _services;
    private readonly StreamRegistry _registry;
    private readonly ILogger<FleetKeeper> _logger;
    private readonly CancellationTokenSource _stopped = new();
    private long _lastNumber;

    public FleetKeeper(MemberServices services, StreamRegistry registry, KeptAnswers answers, ILogger<FleetKeeper> logger)
    {
        (_services, _registry, _logger) = (services, registry, logger);
        services.Metrics.Watch(() => Members);
        services.Store.Describe = () => new FleetNode(
            services.Store.NodeId, services.Store.NodeName, registry.Count, _members.Count, Members.Count(member => member.IsLeading), registry.Draining,
            answers.Count);
        services.Store.Joined += StoreIsBack;
    }

    /// <summary>The streams that this gateway has.</summary>
    public IEnumerable<StreamMember> Members => _members.Keys;

    public IFrameSink? CreateSink(SharedStream shared) => new StreamMember(shared, _services, Interlocked.Increment(ref _lastNumber));

    public async Task RunAsync(SharedStream shared)
    {
        var member = (StreamMember)shared.Sink;
        var ended = new TaskCompletionSource();
        _members[member] = ended.Task;
        try
        {
            await member.RunAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogFault(_logger, fault, shared.Key.RouteId);
            shared.GiveUp();
        }
        finally
        {
            _members.TryRemove(member, out _);
            ended.SetResult();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = CompareNowAndThenAsync();
        return Task.CompletedTask;
    }

    /// <summary>Before the drain: clients have all of its time, and their streams go on by other gateways meanwhile.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _ = HandOverAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        foreach (var member in Members)
        {
            member.Shared.Close();
        }

        // So that nobody has to wait for the end of a lease.
        await Task.WhenAll(_members.Values).WaitAsync(MostClosing, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopped.Dispose();

    private void StoreIsBack()
    {
        foreach (var member in Members)
        {
            member.StoreIsBack();
        }
    }

    private async Task CompareNowAndThenAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            var wait = LeastCompare + ((MostCompare - LeastCompare) * Random.Shared.NextDouble());
            await Task.Delay(wait, _services.Time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var member in Members.Where(member => !member.IsLeading))
            {
                member.Compare();
            }
        }
    }

    // The registry drains at the same moment; only then does no stream here take an upstream any more.
    private async Task HandOverAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            if (_registry.Draining)
            {
                foreach (var member in Members)
                {
                    member.HandOver();
                }
            }

            await Task.Delay(HandOverAgain, _services.Time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 207, Level = LogLevel.Error, Message = "A shared stream of the fleet came to its end by a fault of the gateway, route {Route}")]
    private static partial void LogFault(ILogger logger, Exception fault, string route);
}
