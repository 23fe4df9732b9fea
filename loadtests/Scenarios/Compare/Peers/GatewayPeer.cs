using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>This project's.</summary>
internal sealed class GatewayPeer(bool share) : Peer
{
    public override string Name => share ? "SseGateway, shared" : "SseGateway, relay";

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        string[] arguments = ["--upstream", order.Origin.ToString(), .. share ? (string[])["--share", "true"] : []];
        var gateway = await GatewayProcess.StartAsync(arguments, cancellation, certificate: order.Certificate);
        return new RunningPeer(gateway.Id, gateway, () => gateway.Memory() ?? default, gateway.NoWorkingSet, new Uri(gateway.Address, "/events"), null);
    }
}
