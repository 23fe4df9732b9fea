using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Admission;

namespace SseGateway.Fleet.Names;

/// <summary>Gateways are known to clients by the name that operators have given them; without one, by a part of their ids: a host's name is nobody's
/// business.</summary>
internal sealed class FleetNodes(FleetStore store, FleetSettings settings) : IFleetNodes
{
    private const int Shown = 12;

    public string Own { get; } = settings.Node.Length > 0 && settings.Node.All(IsUnreserved) ? settings.Node : store.NodeId[..Shown];

    // While the store is away nobody knows who is dead.
    public bool IsAnothers(string word) => word != Own
        && (!store.Status.IsHere || store.Nodes.Any(node => node.Name == word || (word.Length == Shown && node.Id.StartsWith(word, StringComparison.Ordinal))));

    // RFC 3986, 2.3: stands in a path as it is.
    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';
}
