namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>HAProxy with the one option that event streams need: without <c>http-no-delay</c> an event waits for 200 ms.</summary>
internal sealed class HaproxyPeer : Peer
{
    public override string Name => "HAProxy";

    public override string Program => "haproxy";

    public override string Install => "apt-get install haproxy";

    public override string[] VersionArguments => ["-v"];

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "haproxy.cfg");
        await File.WriteAllTextAsync(
            file,
            $"""
            global
              maxconn 9900
              nbthread 2
            defaults
              mode http
              option http-no-delay
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            frontend streams
              bind 127.0.0.1:{port} backlog 65535
              default_backend origin
            backend origin
              server one {origin.Authority}

            """,
            cancellation);
        return await StartAsync(["-f", file], port, "/events", cancellation);
    }
}
