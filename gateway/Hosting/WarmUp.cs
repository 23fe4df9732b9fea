using System.Net;
using System.Net.Sockets;
using System.Runtime;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using SseGateway.Configuration.Flags;
using SseGateway.Hosting.Logging;

namespace SseGateway.Hosting;

/// <summary>
/// Opens streams of its own, through a gateway of the same code, before the real one listens: what is called for the first time is compiled, and
/// what is called often is compiled again, better. Left to the moment at which the clients of a restarted gateway all come back, that is more
/// work than serving them: 300 us of CPU time for each of 5,000 shared streams instead of 150 (benchmarks/results/2026-11-26-hub-and-relay.md). It takes 2 s.
/// </summary>
internal static class WarmUp
{
    // The runtime compiles again what was called 30 times, each round of streams does; but some of it comes to light only when what calls it has been
    // compiled again.
    private const int Rounds = 12;
    private const int Streams = 48;

    // What a round after the last would have compiled: the rest is not of streams.
    private const int FewMethods = 20;

    private static readonly string[] Paths = ["/shared", "/relayed"];

    /// <summary>When nothing was compiled for so long, nothing is waiting for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    /// <summary>On a machine that is too slow or too busy for all rounds.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(6);

    /// <summary>Never fails: a gateway that is not warm is only slower at first.</summary>
    /// <param name="build">Builds a gateway as the program's own is built.</param>
    /// <param name="tls">True when clients come by TLS too.</param>
    public static async Task RunAsync(Func<CommandLineResult, Action<WebApplicationBuilder>, WebApplication> build, bool tls)
    {
        using var patience = new CancellationTokenSource(Most);
        try
        {
            await using var upstream = WarmUpUpstream.Start();
            using var certificate = tls ? WarmUpConnection.CreateCertificate() : null;
            await using var app = build(
                CommandLine.Parse(["--urls", "http://127.0.0.1:0", "--admin-url", "off", "--drain-window", "0", "--finish-window", "0"]),
                builder => Configure(builder, upstream.Address, certificate));
            await app.StartAsync(patience.Token);
            var addresses = app.Urls.Select(url => new Uri(url)).ToArray();
            var (before, compiled) = (0L, await SettleAsync(patience.Token));
            for (var round = 0; round < Rounds && compiled - before > FewMethods; round++)
            {
                foreach (var (address, path) in addresses.SelectMany(_ => Paths, (address, path) => (address, path)))
                {
                    await (address.Scheme == Uri.UriSchemeHttps
                        ? WarmUpConnection.OpenAsync(address.Port, certificate!, path, Streams, patience.Token)
                        : OpenAsync(address.Port, path, patience.Token));
                }

                (before, compiled) = (compiled, await SettleAsync(patience.Token));
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // No loopback address, no file descriptors left, no time: what matters of that the real one will say.
        }

        // What was needed for it is not what serving streams needs.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    // Compiling again goes on beside. The methods that have been compiled by its end, ever.
    private static async Task<long> SettleAsync(CancellationToken cancellation)
    {
        var (before, compiled) = (0L, JitInfo.GetCompiledMethodCount());
        while (compiled != before)
        {
            await Task.Delay(Pause, cancellation);
            (before, compiled) = (compiled, JitInfo.GetCompiledMethodCount());
        }

        return compiled;
    }

    // None of the operator's settings, and none of the log's lines; whoever stops the process stops it at once.
    private static void Configure(WebApplicationBuilder builder, string upstream, X509Certificate2? certificate)
    {
        var sources = builder.Configuration.Sources;
        foreach (var source in sources.Where(source => source is JsonConfigurationSource or EnvironmentVariablesConfigurationSource).ToArray())
        {
            sources.Remove(source);
        }

        builder.Configuration.AddInMemoryCollection(
        [
            new("ReverseProxy:Clusters:upstream:Destinations:one:Address", upstream),
            new("ReverseProxy:Routes:shared:ClusterId", "upstream"),
            new("ReverseProxy:Routes:shared:Match:Path", "/shared"),
            new("SseGateway:Routes:shared:Sharing:Enabled", "true"),
            new("ReverseProxy:Routes:relayed:ClusterId", "upstream"),
            new("ReverseProxy:Routes:relayed:Match:Path", "/relayed"),
        ]);
        builder.Services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port: 0);
            if (certificate is not null)
            {
                kestrel.Listen(IPAddress.Loopback, port: 0, endpoint => endpoint.UseHttps(certificate));
            }
        });
        builder.Services.AddSingleton(_ => new ConsoleLines(Stream.Null));
        builder.Services.AddSingleton<IHostLifetime, Unstoppable>();
    }

    // All at once, as after a restart, each until its first event.
    private static async Task OpenAsync(int port, string path, CancellationToken cancellation)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
        var clients = Enumerable.Range(0, Streams).Select(_ => new TcpClient(AddressFamily.InterNetwork)).ToArray();
        try
        {
            foreach (var client in clients)
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
                await client.Client.SendAsync(request, cancellation);
            }

            foreach (var client in clients)
            {
                await ReadEventAsync(client.Client, cancellation);
            }
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }
    }

    private static async Task ReadEventAsync(Socket client, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var count = 0;
        while (count < buffer.Length && buffer.AsSpan(0, count).IndexOf("data:"u8) < 0)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(count), cancellation);
            if (read == 0)
            {
                return;
            }

            count += read;
        }
    }

    // The process's signals are not this host's.
    private sealed class Unstoppable : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
