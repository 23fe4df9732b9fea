using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>What nginx needs around the locations of a server: all of its files in one folder, and as many connections as the others.</summary>
internal static class NginxConfiguration
{
    // Of an HTTP/2 connection.
    private const int DefaultStreams = 128;

    /// <summary>Writes it.</summary>
    /// <param name="order">Where to, and what clients speak.</param>
    /// <param name="port">Of the loopback address.</param>
    /// <param name="locations">Of the server that clients come to.</param>
    /// <param name="servers">Further ones.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="modules">Loaded first, by their paths.</param>
    /// <returns>The arguments to start it with.</returns>
    public static async Task<string[]> WriteAsync(
        PeerOrder order, int port, string locations, string servers, CancellationToken cancellation, params string[] modules)
    {
        var file = order.PathOf("nginx.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {{string.Concat(modules.Select(module => $"load_module {module};\n"))}}
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
                listen 127.0.0.1:{{port}}{{(order.Certificate is null ? "" : " ssl")}}{{(order.Http2 is null ? "" : " http2")}} backlog=65535;
                {{(order.Certificate is { } certificate ? Tls(certificate, order.Http2 ?? 0) : "")}}
                {{locations}}
              }
              {{servers}}
            }
            """,
            cancellation);
        return ["-p", order.Folder.FullName + "/", "-c", file];
    }

    // It counts the streams of an HTTP/2 connection as requests, after a thousand of which it would close it.
    private static string Tls(TemporaryCertificate certificate, int streams) =>
        $"ssl_certificate {certificate.CertificateFile}; ssl_certificate_key {certificate.KeyFile}; "
        + $"http2_max_concurrent_streams {Math.Max(DefaultStreams, streams)}; keepalive_requests 100000;";
}
