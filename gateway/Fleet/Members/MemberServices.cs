using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Unshared;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Life;
using SseGateway.Transport.Http;

namespace SseGateway.Fleet.Members;

/// <summary>What all members of streams have in common.</summary>
internal sealed partial class MemberServices(
    FleetStore store, FleetSettings settings, UpstreamLoop loop, UnsharedKeys unshared, FleetMetrics metrics, StreamRegistry registry, TimeProvider time,
    ILogger<MemberServices> logger)
{
    // Streams that read from the store at the same time: after an outage all of them want to.
    private const int MostReads = 16;

    // Of a gateway that starts: its first connection may take longer than a connection may, and alone its clients would be told of a gap a moment later.
    private static readonly TimeSpan MostFirstWait = TimeSpan.FromSeconds(3);

    public FleetStore Store => store;

    public FleetSettings Settings => settings;

    public UpstreamLoop Loop => loop;

    public UnsharedKeys Unshared => unshared;

    public FleetMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public SemaphoreSlim Reads { get; } = new(MostReads);

    /// <summary>True when this gateway is going down: it takes no upstream any more.</summary>
    public bool IsDraining => registry.Draining;

    /// <summary>True while the store has been away for longer than it is waited for. One that has never been there is waited for a moment.</summary>
    public bool IsStoreGivenUp => settings.OnStoreLoss == StoreLoss.Local
        && store.Status is { IsHere: false, Reason.Length: > 0 } status
        && store.AwayFor >= (status.HasBeenHere || settings.Grace < MostFirstWait ? settings.Grace : MostFirstWait);

    /// <summary>Cancels something when the store is here, at once if it is.</summary>
    /// <returns>Ends that.</returns>
    public IDisposable WhenStoreIsHere(CancellationTokenSource over)
    {
        var watch = new Watch(store, over);
        if (store.Status.IsHere)
        {
            over.Cancel();
        }

        return watch;
    }

    /// <summary>A stream's upstream was another gateway's before.</summary>
    public void NoteTakeover(SharedStream shared, string before)
    {
        metrics.TakenOver();
        var (path, node) = (LogText.Of(shared.Request.RawPath), store.NameOf(before));
        LogTakeover(logger, shared.Key.RouteId, path, node);
    }

    /// <summary>A stream that this gateway had the upstream of is another's.</summary>
    public void NoteFenced(SharedStream shared)
    {
        metrics.Fenced();
        var path = LogText.Of(shared.Request.RawPath);
        LogFenced(logger, shared.Key.RouteId, path);
    }

    [LoggerMessage(EventId = 205, Level = LogLevel.Information,
        Message = "Took over the upstream of a shared stream, route {Route}, path {Path}, from node {Node}")]
    private static partial void LogTakeover(ILogger logger, string route, string path, string node);

    [LoggerMessage(EventId = 206, Level = LogLevel.Warning,
        Message = "Let the upstream of a shared stream go, route {Route}, path {Path}: the lease could not be kept")]
    private static partial void LogFenced(ILogger logger, string route, string path);

    private sealed class Watch : IDisposable
    {
        private readonly FleetStore _store;
        private readonly CancellationTokenSource _over;
        private readonly Lock _lock = new();
        private bool _isDisposed;

        public Watch(FleetStore store, CancellationTokenSource over)
        {
            (_store, _over) = (store, over);
            store.Joined += Cancel;
        }

        public void Dispose()
        {
            _store.Joined -= Cancel;
            lock (_lock)
            {
                _isDisposed = true;
            }
        }

        private void Cancel()
        {
            lock (_lock)
            {
                if (!_isDisposed)
                {
                    _over.CancelAsync();
                }
            }
        }
    }
}
