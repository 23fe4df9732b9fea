namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>nginx as people set it up for event streams: without buffering, and with a connection to the upstream for each.</summary>
internal sealed class NginxPeer : Peer
{
    public override string Name => "nginx";

    public override string Program => "nginx";

    public override string Install => "apt-get install nginx";

    public override string[] VersionArguments => ["-v"];

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            worker_processes 2;
            worker_rlimit_nofile 20000;
            daemon off;
            pid nginx.pid;
            error_log nginx.err warn;
            events { worker_connections 19900; }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{port}} backlog=65535;
                location / {
                  proxy_pass {{origin.GetLeftPart(UriPartial.Authority)}};
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_read_timeout 1h;
                }
              }
            }
            """,
            cancellation);
        return await StartAsync(["-p", folder.FullName + "/", "-c", file], port, "/events", cancellation);
    }
}
