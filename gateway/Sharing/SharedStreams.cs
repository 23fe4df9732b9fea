using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SseGateway.Configuration.Settings;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;

namespace SseGateway.Sharing;

/// <summary>All shared streams of this process, by share key.</summary>
internal sealed class SharedStreams : ISwept, ISharedViews, IDisposable
{
    private readonly ConcurrentDictionary<ShareKey, SharedStream> _streams = new();
    private readonly IStreamKeeper _keeper;
    private readonly StreamRegistry _registry;
    private readonly SharingMetrics _metrics;
    private readonly PublicationTicker _ticker;
    private readonly CurrentSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // Guarded by _lock, both. Who had a stream made, and how many of those there are.
    private readonly Dictionary<SharedStream, AddressKey> _openers = [];
    private readonly Dictionary<AddressKey, int> _opened = [];

    public SharedStreams(
        IStreamKeeper keeper, StreamRegistry registry, SharingMetrics metrics, PublicationTicker ticker, CurrentSettings settings, TimeProvider time)
    {
        (_keeper, _registry, _metrics, _ticker, _settings, _time) = (keeper, registry, metrics, ticker, settings, time);
        metrics.Watch(() => _streams.Values);
        registry.Memory.Watch(() => _streams.Values);
    }

    public int Count => _streams.Count;

    public IEnumerable<SharedStream> Streams => _streams.Values;

    IEnumerable<ISharedView> ISharedViews.All => _streams.Values;

    /// <summary>Takes a client into its shared stream, which is made if there is none: the first one to come has the upstream dialled.</summary>
    /// <param name="key">The client's.</param>
    /// <param name="request">What is asked of the upstream for all with that key.</param>
    /// <param name="cursor">The last event id the client has; empty for none.</param>
    /// <param name="context">The client's request.</param>
    /// <param name="route">Its route.</param>
    /// <param name="opener">Its address.</param>
    /// <returns>Null when there may be no more shared streams, or no more of that address.</returns>
    public Entry? Enter(ShareKey key, ShareRequest request, byte[] cursor, HttpContext context, RouteFeature route, AddressKey opener)
    {
        var endpoint = context.GetEndpoint()!;
        if (_streams.TryGetValue(key, out var found) && found.TryEnter(endpoint, cursor, out var entry))
        {
            return entry;
        }

        lock (_lock)
        {
            if (_streams.TryGetValue(key, out found) && found.TryEnter(endpoint, cursor, out entry))
            {
                return entry;
            }

            if (found is not null)
            {
                Remove(found);
            }
            else if (IsFull(opener))
            {
                return null;
            }

            var stream = new SharedStream(key, request, route, endpoint, _registry, _metrics, _ticker, _time, _keeper);
            stream.TryEnter(endpoint, cursor, out entry);
            _streams[key] = stream;
            _openers.Add(stream, opener);
            CollectionsMarshal.GetValueRefOrAddDefault(_opened, opener, out _)++;
            Start(stream);
            return entry;
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

    // Those that nobody has make room. And nobody can take the places of all others: a quarter is not for the address that has the rest.
    private bool IsFull(AddressKey opener)
    {
        var most = _settings.Value.MaxSharedStreams;
        if (most == 0)
        {
            return false;
        }

        var mostOfOne = most - (most / 4);
        return (_opened.GetValueOrDefault(opener) >= mostOfOne && !TryMakeRoom(opener)) || (_streams.Count >= most && !TryMakeRoom(of: null));
    }

    private bool TryMakeRoom(AddressKey? of)
    {
        if (_streams.Values.FirstOrDefault(stream => stream.Lingers && (of is null || _openers.GetValueOrDefault(stream) == of)) is not { } lingering)
        {
            return false;
        }

        lingering.Close();
        Remove(lingering);
        return true;
    }

    private void Remove(SharedStream stream)
    {
        lock (_lock)
        {
            _streams.TryRemove(new KeyValuePair<ShareKey, SharedStream>(stream.Key, stream));
            if (_openers.Remove(stream, out var opener) && --CollectionsMarshal.GetValueRefOrNullRef(_opened, opener) == 0)
            {
                _opened.Remove(opener);
            }
        }
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
        await _keeper.RunAsync(stream);
        stream.Log.Release();
        Remove(stream);
    }
}
