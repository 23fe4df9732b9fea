using System.Globalization;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>YARP as its documentation sets it up, without anything of this project's, in a process of its own.</summary>
internal sealed class YarpPeer : Peer
{
    public override string Name => "YARP";

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var listens = new StartedLine("YARP", YarpCommand.Listens());
        var process = ChildProcess.StartBuilt(
            "LoadTests.dll", [YarpCommand.Name, "--port", port.ToString(CultureInfo.InvariantCulture), "--upstream", origin.ToString()], line =>
                listens.Take(line), listens.Complain);
        try
        {
            await listens.WaitAsync(process, cancellation);
            return new RunningPeer(process.Id, process, new Uri($"http://127.0.0.1:{port}/events"), null);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
