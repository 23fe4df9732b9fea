using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>This project's.</summary>
internal sealed class GatewayPeer(bool share) : Peer
{
    public override string Name => share ? "SseGateway, shared" : "SseGateway, relay";

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var gateway = await GatewayProcess.StartAsync(["--upstream", origin.ToString(), .. share ? (string[])["--share", "true"] : []], cancellation);
        return new RunningPeer(gateway.Id, gateway, new Uri(gateway.Address, "/events"), null);
    }
}
