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

    public override async Task<RunningPeer> StartAsync(PeerOrder order, CancellationToken cancellation)
    {
        var (stream, publish) = (FreeAddress(order.Scheme, "/events"), FreeAddress(Uri.UriSchemeHttp, "/publish"));
        var arguments = await NginxConfiguration.WriteAsync(
            order,
            stream.Port,
            """
            location = /events {
              nchan_subscriber eventsource;
              nchan_channel_id compare;
              nchan_subscriber_first_message newest;
            }
            """,
            $$"""
            server {
              listen 127.0.0.1:{{publish.Port}};
              location = /publish {
                nchan_publisher;
                nchan_channel_id compare;
                nchan_message_buffer_length 100;
                nchan_message_timeout 1m;
              }
            }
            """,
            cancellation,
            Module);
        return await StartAsync(arguments, stream, cancellation, publish);
    }
}
