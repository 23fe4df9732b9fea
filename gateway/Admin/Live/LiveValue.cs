using System.Diagnostics.Metrics;

namespace SseGateway.Admin.Live;

/// <summary>One instrument with one set of labels.</summary>
/// <param name="name">The instrument's, without the gateway's own name in front.</param>
/// <param name="labels">Name and value of each label.</param>
/// <param name="isShown">True when the instrument shows what there is, false when it is told of each thing that happens.</param>
internal sealed class LiveValue(string name, KeyValuePair<string, string>[] labels, bool isShown)
{
    private const string Prefix = "sse_gateway.";

    private double _value;
    private long _count;

    public string Name => name;

    public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

    public bool IsShown => isShown;

    /// <summary>The sum of what was counted or measured, or what was shown last.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>How often it was told of something.</summary>
    public long Count => Volatile.Read(ref _count);

    public static LiveValue Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var name = instrument.Name.StartsWith(Prefix, StringComparison.Ordinal) ? instrument.Name[Prefix.Length..] : instrument.Name;
        var pairs = new KeyValuePair<string, string>[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            pairs[i] = new(labels[i].Key, labels[i].Value as string ?? "");
        }

        return new LiveValue(name, pairs, instrument.IsObservable);
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        Interlocked.Increment(ref _count);
        for (var known = Value; Interlocked.CompareExchange(ref _value, known + value, known) != known; known = Value)
        {
        }
    }

    /// <summary>True when a label has this value.</summary>
    public bool Has(string label, string value) => Array.Exists(labels, pair => pair.Key == label && pair.Value == value);
}
