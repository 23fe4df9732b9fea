namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>Caddy, which needs no setting for event streams.</summary>
internal sealed class CaddyPeer : Peer
{
    public override string Name => "Caddy";

    public override string Program => "caddy";

    public override string Install => "apt-get install caddy";

    public override string[] VersionArguments => ["version"];

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "Caddyfile");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
            	admin off
            	auto_https off
            }
            http://127.0.0.1:{{port}} {
            	reverse_proxy {{origin.Authority}}
            }

            """,
            cancellation);

        // It keeps a copy of its configuration below these.
        var home = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder.FullName, ["XDG_DATA_HOME"] = folder.FullName, ["HOME"] = folder.FullName };
        return await StartAsync(["run", "--config", file, "--adapter", "caddyfile"], port, "/events", cancellation, environment: home);
    }
}
