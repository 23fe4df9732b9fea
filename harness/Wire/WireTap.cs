using System.Diagnostics;
using System.Globalization;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Wire;

/// <summary>Writes down what goes over the connections of a case, for its report. Safe for any thread.</summary>
internal sealed class WireTap
{
    private const int MostBytes = 2048;
    private const int MostEntries = 400;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<(string Side, string Name, List<WireEntry> Entries)> _connections = [];

    /// <summary>Milliseconds since the case began.</summary>
    public double Ms => Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<WireLog> Logs
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections.Select(connection => new WireLog(connection.Side, connection.Name, [.. connection.Entries]))];
            }
        }
    }

    /// <summary>A connection more; what is written down of it goes into what is returned.</summary>
    /// <param name="side"><c>client</c> or <c>origin</c>.</param>
    internal List<WireEntry> Open(string side)
    {
        lock (_lock)
        {
            var entries = new List<WireEntry>();
            var name = (_connections.Count(connection => connection.Side == side) + 1).ToString(CultureInfo.InvariantCulture);
            _connections.Add((side, name, entries));
            return entries;
        }
    }

    internal void Add(List<WireEntry> entries, char direction, ReadOnlySpan<byte> bytes, string? note)
    {
        var cut = bytes.Length > MostBytes ? bytes.Length - MostBytes : 0;
        byte[]? kept = bytes.Length == 0 ? null : cut == 0 ? bytes.ToArray() : [.. bytes[..(MostBytes / 2)], .. bytes[^(MostBytes / 2)..]];
        var entry = new WireEntry(Ms, direction, kept, cut > 0 ? $"{cut} bytes cut out in the middle" : note);
        lock (_lock)
        {
            if (entries.Count >= MostEntries)
            {
                // The beginning and the end are what is looked at.
                entries.RemoveAt(MostEntries / 2);
            }

            entries.Add(entry);
        }
    }
}
