using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Fleet;

/// <summary>
/// A client that goes to another gateway of the fleet each time its stream ends, as a load balancer would send it there: those of one gateway to all others.
/// </summary>
internal sealed class FleetClient(IReadOnlyList<StreamRequest> gateways, int number, IMeasured measured) : StreamClient(gateways[0], measured)
{
    private readonly int _step = 1 + (number / gateways.Count % (gateways.Count - 1));
    private int _turn = number % gateways.Count;

    protected override StreamRequest Next(bool first) => gateways[first ? _turn : _turn = (_turn + _step) % gateways.Count];
}
