using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Keeping.Upstream;

/// <summary>The features of a client's request, with some of its own laid over them; and, once detached, those alone.</summary>
/// <remarks>
/// After its end the server uses what it keeps of a request for the next one on the connection: whoever goes on must not have it any more.
/// </remarks>
internal sealed class DetachableFeatures(IFeatureCollection client) : IFeatureCollection
{
    private readonly FeatureCollection _own = new();
    private volatile IFeatureCollection? _client = client;
    private int _lastRevision;

    public bool IsReadOnly => false;

    // Whoever has looked a feature up before must look again when the client's are gone.
    public int Revision => _own.Revision + (_client?.Revision ?? _lastRevision);

    public object? this[Type key]
    {
        get => _own[key] ?? _client?[key];
        set => _own[key] = value;
    }

    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => _own.Set(instance);

    /// <summary>Lets go of the client's.</summary>
    public void Detach()
    {
        _lastRevision = (_client?.Revision ?? _lastRevision) + 1;
        _client = null;
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() =>
        (_client is { } client ? _own.Concat(client.Where(feature => _own[feature.Key] is null)) : _own).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
