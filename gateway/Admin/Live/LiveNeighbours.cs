using System.Text.Json;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Life;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Admin.Live;

/// <summary>What a second of the operator's page says of others: services, the upstreams of shared streams, the other gateways of a fleet.</summary>
/// <param name="proxy">Knows the services.</param>
/// <param name="shared">The shared streams.</param>
/// <param name="fleet">Knows the other gateways; null when there are none.</param>
internal sealed class LiveNeighbours(IProxyStateLookup proxy, ISharedViews shared, FleetStore? fleet = null)
{
    // What one can look through. Those with most clients.
    private const int MostShared = 50;

    public void Write(Utf8JsonWriter writer)
    {
        WriteUpstreams(writer);
        WriteShared(writer);
        WriteFleet(writer);
    }

    // By the names that the operator has given them: an address may say more than the page's reader is to know.
    private void WriteUpstreams(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("upstreams");
        foreach (var cluster in proxy.GetClusters())
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            foreach (var destination in cluster.DestinationsState.AllDestinations)
            {
                writer.WriteStartObject();
                writer.WriteString("cluster", cluster.ClusterId);
                writer.WriteString("destination", destination.DestinationId);
                writer.WriteBoolean("available", available.Contains(destination));

                // Of one whose health nobody looks at, nothing is known.
                writer.WriteBoolean("checked", destination.Health is not { Active: DestinationHealth.Unknown, Passive: DestinationHealth.Unknown });
                writer.WriteNumber("requests", destination.ConcurrentRequestCount);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private void WriteShared(Utf8JsonWriter writer)
    {
        writer.WriteNumber("sharedTotal", shared.Count);
        writer.WriteStartArray("shared");
        foreach (var (stream, clients) in shared.All.Select(stream => (stream, stream.Clients)).OrderByDescending(one => one.Clients).Take(MostShared))
        {
            writer.WriteStartObject();
            writer.WriteString("route", stream.RouteId);
            writer.WriteString("path", stream.Path);
            writer.WriteNumber("clients", clients);
            writer.WriteString("upstream", JsonNamingPolicy.CamelCase.ConvertName(stream.Upstream.ToString()));
            writer.WriteNumber("retained", stream.Retained);
            writer.WriteNumber("most", stream.MostRetained);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteFleet(Utf8JsonWriter writer)
    {
        if (fleet is null)
        {
            writer.WriteNull("fleet");
            return;
        }

        writer.WriteStartObject("fleet");
        writer.WriteString("node", fleet.NodeName);
        writer.WriteBoolean("redis", fleet.Status.IsHere);
        writer.WriteStartArray("nodes");
        foreach (var node in fleet.Nodes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", node.Name);
            writer.WriteNumber("clients", node.Clients);
            writer.WriteNumber("streams", node.Streams);
            writer.WriteNumber("leads", node.Leads);
            writer.WriteNumber("answers", node.Answers);
            writer.WriteBoolean("draining", node.Draining);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
