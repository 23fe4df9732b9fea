using SseGateway.Harness.Results;

namespace SseGateway.Harness.Wire;

/// <summary>
/// One connection in a <see cref="WireTap"/>. A connection that is kept open goes from one case's to the next one's; what came before it was
/// known whose it is is kept for it.
/// </summary>
internal sealed class WireLine
{
    private const int MostPending = 64;

    private readonly Lock _lock = new();
    private readonly List<(char Direction, byte[] Bytes, string? Note)> _pending = [];
    private WireTap? _tap;
    private List<WireEntry> _entries = [];

    public WireLine()
    {
    }

    public WireLine(WireTap tap, string side) => Attach(tap, side);

    /// <summary>From now on it is this case's.</summary>
    public void Attach(WireTap tap, string side)
    {
        lock (_lock)
        {
            if (_tap != tap)
            {
                (_tap, _entries) = (tap, tap.Open(side));
            }

            foreach (var (direction, bytes, note) in _pending)
            {
                tap.Add(_entries, direction, bytes, note);
            }

            _pending.Clear();
        }
    }

    /// <summary>It is nobody's.</summary>
    public void Detach()
    {
        lock (_lock)
        {
            _tap = null;
        }
    }

    public void Sent(ReadOnlySpan<byte> bytes) => Add('>', bytes, null);

    public void Received(ReadOnlySpan<byte> bytes) => Add('<', bytes, null);

    public void Note(string note) => Add('*', [], note);

    private void Add(char direction, ReadOnlySpan<byte> bytes, string? note)
    {
        lock (_lock)
        {
            if (_tap is not null)
            {
                _tap.Add(_entries, direction, bytes, note);
            }
            else if (_pending.Count < MostPending)
            {
                _pending.Add((direction, bytes.ToArray(), note));
            }
        }
    }
}
