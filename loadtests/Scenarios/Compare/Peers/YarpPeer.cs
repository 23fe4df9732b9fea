using System.Globalization;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>YARP as its documentation sets it up, without anything of this project's, in a process of its own.</summary>
internal sealed class YarpPeer : Peer
{
    public override string Name => "YARP";

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        var stream = FreeAddress(order.Scheme, "/events");
        var listens = new StartedLine("YARP", YarpCommand.Listens());
        string[] tls = order.Certificate is { } certificate ? ["--certificate", certificate.CertificateFile, "--key", certificate.KeyFile] : [];
        var process = ChildProcess.StartBuilt(
            "LoadTests.dll",
            [YarpCommand.Name, "--port", stream.Port.ToString(CultureInfo.InvariantCulture), "--upstream", order.Origin.ToString(), .. tls],
            line => listens.Take(line),
            listens.Complain,
            MemoryGroup.Create());
        try
        {
            await listens.WaitAsync(process, cancellation);
            return RunningPeer.Of(process, stream);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
