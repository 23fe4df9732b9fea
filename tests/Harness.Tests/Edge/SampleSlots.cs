using System.Net;

namespace Harness.Tests.Edge;

/// <summary>Counts streams as an edge should, but for its defect.</summary>
internal sealed class SampleSlots(EdgeDefect defect)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private int _total;

    public async Task<bool> TryTakeAsync(IPAddress address)
    {
        if (defect == EdgeDefect.CountsRacily)
        {
            // Looked at, and taken later.
            if (Volatile.Read(ref _total) >= 10)
            {
                return false;
            }

            // The defect, wide enough to be met on a machine that is busy with other tests too; nobody waits for it to pass.
            await Task.Delay(100);
        }

        lock (_lock)
        {
            var own = _addresses.GetValueOrDefault(address);
            if (own >= 5 || (_total >= 10 && defect != EdgeDefect.CountsRacily))
            {
                return false;
            }

            _addresses[address] = own + 1;
            _total++;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _addresses[address]--;
            _total--;
        }
    }
}
