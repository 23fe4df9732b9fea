using System.Collections.Concurrent;
using SseGateway.Configuration;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams;

namespace SseGateway.Sharing;

/// <summary>All shared streams of this process, by share key.</summary>
internal sealed class SharedStreams : ISwept, IDisposable
{
    private readonly ConcurrentDictionary<ShareKey, SharedStream> _streams = new();
    private readonly UpstreamLoop _upstream;
    private readonly StreamRegistry _registry;
    private readonly SharingMetrics _metrics;
    private readonly CurrentSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    public SharedStreams(UpstreamLoop upstream, StreamRegistry registry, SharingMetrics metrics, CurrentSettings settings, TimeProvider time)
    {
        (_upstream, _registry, _metrics, _settings, _time) = (upstream, registry, metrics, settings, time);
        metrics.Watch(() => _streams.Values);
        registry.Memory.Watch(() => _streams.Values);
    }

    public int Count => _streams.Count;

    public IEnumerable<SharedStream> Streams => _streams.Values;

    /// <summary>Takes a client into its shared stream, which is made if there is none: the first one to come has the upstream dialled.</summary>
    /// <returns>Null when there may be no more shared streams.</returns>
    public SharedStream? Enter(HttpContext context, RouteFeature route)
    {
        var request = new ShareRequest(context, route.Settings);
        var key = ShareKey.Of(route.RouteId!, route.Settings.Sharing, request);
        var endpoint = context.GetEndpoint()!;
        if (_streams.TryGetValue(key, out var found) && found.TryEnter(endpoint))
        {
            return found;
        }

        lock (_lock)
        {
            if (_streams.TryGetValue(key, out found) && found.TryEnter(endpoint))
            {
                return found;
            }

            if (found is null && IsFull())
            {
                return null;
            }

            var stream = new SharedStream(key, request, route, endpoint, _registry, _metrics, _time);
            stream.TryEnter(endpoint);
            _streams[key] = stream;
            Start(stream);
            return stream;
        }
    }

    /// <summary>Does what is due for every one. One call at a time.</summary>
    public void Sweep()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Sweep();
        }
    }

    public void Dispose()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Close();
        }
    }

    // Those that nobody has make room.
    private bool IsFull()
    {
        var most = _settings.Value.MaxSharedStreams;
        if (most == 0 || _streams.Count < most)
        {
            return false;
        }

        if (_streams.FirstOrDefault(entry => entry.Value.Lingers) is not { Value: { } lingering } entry)
        {
            return true;
        }

        lingering.Close();
        _streams.TryRemove(entry);
        return false;
    }

    // Without the first client's context: its trace, and whatever else flows with a request, is not the upstream's for all.
    private void Start(SharedStream stream)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(stream));
        }
    }

    private async Task RunAsync(SharedStream stream)
    {
        await _upstream.RunAsync(stream);
        stream.Log.Release();
        _streams.TryRemove(new KeyValuePair<ShareKey, SharedStream>(stream.Key, stream));
    }
}
