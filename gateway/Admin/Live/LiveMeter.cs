using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Admin.Live;

/// <summary>What the gateway's own instruments have counted so far, and what they show at this moment.</summary>
/// <remarks>Nothing is measured for it: it hears what Prometheus' exporter hears. Of a histogram it has the count and the sum.</remarks>
internal sealed class LiveMeter : IDisposable
{
    // No route's name has it.
    private const char Separator = '\u001f';
    private const int LongestKey = 512;

    private readonly ConcurrentDictionary<string, LiveValue> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LiveValue>.AlternateLookup<ReadOnlySpan<char>> _byKey;
    private readonly MeterListener _listener = new();

    /// <param name="factory">The host's, since gateways in one process count apart.</param>
    public LiveMeter(IMeterFactory factory)
    {
        _byKey = _values.GetAlternateLookup<ReadOnlySpan<char>>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StreamMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>All values, as they are now. One call at a time.</summary>
    public IEnumerable<LiveValue> Read()
    {
        // Whatever is not shown any more is gone, e.g. the shared streams of a route that has none.
        foreach (var value in _values.Values.Where(value => value.IsShown))
        {
            value.Set(0);
        }

        _listener.RecordObservableInstruments();
        return _values.Values;
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double measured, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Span<char> key = stackalloc char[LongestKey];
        if (!TryWriteKey(instrument, labels, key, out var length))
        {
            return;
        }

        if (!_byKey.TryGetValue(key[..length], out var value))
        {
            value = _values.GetOrAdd(new string(key[..length]), static (_, made) => made, LiveValue.Of(instrument, labels));
        }

        if (instrument.IsObservable)
        {
            value.Set(measured);
        }
        else
        {
            value.Add(measured);
        }
    }

    private static bool TryWriteKey(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels, Span<char> key, out int length)
    {
        length = 0;
        if (!TryAppend(instrument.Name, key, ref length))
        {
            return false;
        }

        foreach (ref readonly var label in labels)
        {
            if (!TryAppend(label.Value as string, key, ref length))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAppend(string? part, Span<char> key, ref int length)
    {
        var text = part.AsSpan();
        if (length + text.Length >= key.Length)
        {
            return false;
        }

        text.CopyTo(key[length..]);
        length += text.Length;
        key[length++] = Separator;
        return true;
    }
}
