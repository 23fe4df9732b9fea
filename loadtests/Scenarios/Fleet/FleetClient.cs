using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Fleet;

/// <summary>A client that goes to another gateway of the fleet each time its stream ends, as a load balancer would send it there.</summary>
internal sealed class FleetClient(IReadOnlyList<StreamRequest> gateways, int number, IMeasured measured) : StreamClient(gateways[0], measured)
{
    private int _turn = number % gateways.Count;

    protected override StreamRequest Next(bool first) => gateways[first ? _turn : _turn = (_turn + 1) % gateways.Count];
}
