using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Fleet;

/// <summary>
/// A client that goes to another gateway of the fleet each time its stream ends, as a load balancer would send it there: those of one gateway to all others.
/// </summary>
internal sealed class FleetClient(IReadOnlyList<StreamRequest> gateways, int number, IMeasured measured) : StreamClient(gateways[0], measured)
{
    // Of its own, and the same in each run: those of one gateway part each time.
    private readonly Random _random = new(number);
    private int _turn = number % gateways.Count;

    protected override StreamRequest Next(bool first) => gateways[first ? _turn : _turn = (_turn + _random.Next(1, gateways.Count)) % gateways.Count];
}
