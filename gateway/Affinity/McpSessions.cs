using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SseGateway.Streams.Admission;

namespace SseGateway.Affinity;

/// <summary>Which destination has issued which session of the Model Context Protocol. Only there is the session known.</summary>
/// <remarks>
/// Bounded in number: the session that was not used for the longest time is forgotten for the next one, and its client is told by the
/// destination it then comes to (404), upon which it begins a new one. Of an id, which is a secret, its hash is kept.
/// </remarks>
internal sealed class McpSessions(IFleetSessions? fleet = null)
{
    // Some 10 MB when full.
    internal const int Capacity = 65_536;

    private readonly Lock _lock = new();

    // Guarded by _lock, both: the list is from the one used last to the one used least recently.
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, string Destination)>> _entries = [];
    private readonly LinkedList<(UInt128 Key, string Destination)> _byUse = new();

    /// <summary>Takes note of who has issued a session, and tells the other gateways of the fleet.</summary>
    public async ValueTask NoteAsync(string cluster, string session, string destination)
    {
        var key = Key(cluster, session);
        if (Find(key) != destination)
        {
            Note(key, destination);
            await (fleet?.NoteAsync(key, destination) ?? default);
        }
    }

    /// <summary>The id of the destination that has issued a session, at whatever gateway; null when that is not known.</summary>
    public async ValueTask<string?> FindAsync(string cluster, string session)
    {
        var key = Key(cluster, session);
        if (Find(key) is { } known)
        {
            return known;
        }

        if (fleet is null || await fleet.FindAsync(key) is not { } told)
        {
            return null;
        }

        Note(key, told);
        return told;
    }

    private void Note(UInt128 key, string destination)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var known))
            {
                _byUse.Remove(known);
            }
            else if (_entries.Count >= Capacity)
            {
                _entries.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }

            _entries[key] = _byUse.AddFirst((key, destination));
        }
    }

    private string? Find(UInt128 key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                return null;
            }

            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
            return entry.Value.Destination;
        }
    }

    private static UInt128 Key(string cluster, string session) =>
        MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster}\n{session}")));
}
