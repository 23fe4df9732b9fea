namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>nginx as people set it up for event streams: without buffering, and with a connection to the upstream for each.</summary>
internal sealed class NginxPeer : Peer
{
    public override string Name => "nginx";

    public override string Program => "nginx";

    public override string Install => "apt-get install nginx";

    public override string[] VersionArguments => ["-v"];

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        var stream = FreeAddress(order.Scheme, "/events");
        var arguments = await NginxConfiguration.WriteAsync(
            order,
            stream.Port,
            $$"""
            location / {
              proxy_pass {{order.Origin.GetLeftPart(UriPartial.Authority)}};
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_read_timeout 1h;
            }
            """,
            "",
            cancellation);
        return await StartAsync(arguments, stream, cancellation);
    }
}
