namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>HAProxy with the one option that event streams need: without <c>http-no-delay</c> an event waits for 200 ms.</summary>
internal sealed class HaproxyPeer : Peer
{
    // Of an HTTP/2 connection.
    private const int DefaultStreams = 100;

    public override string Name => "HAProxy";

    public override string Program => "haproxy";

    public override string Install => "apt-get install haproxy";

    public override string[] VersionArguments => ["-v"];

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        var stream = FreeAddress(order.Scheme, "/events");
        var file = order.PathOf("haproxy.cfg");
        var tls = order.Certificate is { } certificate ? $" ssl crt {certificate.BothFile} alpn {(order.Http2 is null ? "http/1.1" : "h2,http/1.1")}" : "";
        await File.WriteAllTextAsync(
            file,
            $"""
            global
              maxconn 9900
              nbthread 2
              tune.h2.max-concurrent-streams {Math.Max(DefaultStreams, order.Http2 ?? 0)}
            defaults
              mode http
              option http-no-delay
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            frontend streams
              bind 127.0.0.1:{stream.Port} backlog 65535{tls}
              default_backend origin
            backend origin
              server one {order.Origin.Authority}

            """,
            cancellation);
        return await StartAsync(["-f", file], stream, cancellation);
    }
}
