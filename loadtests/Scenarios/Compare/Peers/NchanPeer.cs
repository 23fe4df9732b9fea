namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>nchan, a hub inside nginx: it is told its events by POST, and keeps the last of them.</summary>
internal sealed class NchanPeer : Peer
{
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    public override string Name => "nchan";

    public override string Program => "nginx";

    public override string Install => "apt-get install nginx libnginx-mod-nchan";

    public override string[] VersionArguments => ["-v"];

    public override bool IsHub => true;

    public override bool IsInstalled => base.IsInstalled && File.Exists(Module);

    public override async Task<RunningPeer> StartAsync(Uri origin, DirectoryInfo folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "nchan.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            load_module {{Module}};
            worker_processes 2;
            worker_rlimit_nofile 20000;
            daemon off;
            pid nchan.pid;
            error_log nchan.err warn;
            events { worker_connections 19900; }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{port}} backlog=65535;
                location = /events {
                  nchan_subscriber eventsource;
                  nchan_channel_id compare;
                  nchan_subscriber_first_message newest;
                }
                location = /publish {
                  nchan_publisher;
                  nchan_channel_id compare;
                  nchan_message_buffer_length 100;
                  nchan_message_timeout 1m;
                }
              }
            }
            """,
            cancellation);
        return await StartAsync(["-p", folder.FullName + "/", "-c", file], port, "/events", cancellation, "/publish");
    }
}
