using LoadTests.Processes;
using LoadTests.Scenarios.Compare.Peers;

namespace LoadTests.Scenarios.Compare;

internal static class PeerVersions
{
    /// <returns>What each says of itself, in a line; nothing for those that have nothing to be asked.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> AskAsync(IEnumerable<Peer> peers, CancellationToken cancellation)
    {
        var versions = new Dictionary<string, string>();
        foreach (var peer in peers)
        {
            if (peer is { Program: { } program, VersionArguments: { } arguments })
            {
                var said = new List<string>();
                await using var process = ChildProcess.Start(program, arguments, said.Add, said.Add);
                await process.WaitForExitAsync(cancellation);
                versions[peer.Name] = said.FirstOrDefault() ?? "";
            }
        }

        return versions;
    }
}
