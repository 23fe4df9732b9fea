namespace LoadTests.Scenarios.Compare.Peers;

/// <summary>What nginx needs around the locations of a server: all of its files in one folder, and as many connections as the others.</summary>
internal static class NginxConfiguration
{
    /// <summary>Writes it.</summary>
    /// <param name="folder">For its files.</param>
    /// <param name="port">Of the loopback address.</param>
    /// <param name="locations">Of the server.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="modules">Loaded first, by their paths.</param>
    /// <returns>The arguments to start it with.</returns>
    public static async Task<string[]> WriteAsync(DirectoryInfo folder, int port, string locations, CancellationToken cancellation, params string[] modules)
    {
        var file = Path.Combine(folder.FullName, "nginx.conf");
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
                listen 127.0.0.1:{{port}} backlog=65535;
                {{locations}}
              }
            }
            """,
            cancellation);
        return ["-p", folder.FullName + "/", "-c", file];
    }
}
