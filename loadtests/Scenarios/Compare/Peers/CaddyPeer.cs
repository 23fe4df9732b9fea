namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>Caddy, which needs no setting for event streams.</summary>
internal sealed class CaddyPeer : Peer
{
    public override string Name => "Caddy";

    public override string Program => "caddy";

    public override string Install => "apt-get install caddy";

    public override string[] VersionArguments => ["version"];

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        var stream = FreeAddress(order.Scheme, "/events");
        var file = order.PathOf("Caddyfile");
        var tls = order.Certificate is { } certificate ? $"tls {certificate.CertificateFile} {certificate.KeyFile}" : "";
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
            	admin off
            	auto_https off
            }
            {{stream.GetLeftPart(UriPartial.Authority)}} {
            	{{tls}}
            	reverse_proxy {{order.Origin.Authority}}
            }

            """,
            cancellation);

        // It keeps a copy of its configuration below these.
        var folder = order.Folder.FullName;
        var home = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder, ["XDG_DATA_HOME"] = folder, ["HOME"] = folder };
        return await StartAsync(["run", "--config", file, "--adapter", "caddyfile"], stream, cancellation, environment: home);
    }
}
