using System.Net.Sockets;
using Gateway.Tests.Running;
using Microsoft.Extensions.Logging;
using SseGateway;
using Xunit;

namespace Gateway.Tests.Hosting;

/// <summary>What lies where the gateway is to listen on a Unix socket.</summary>
public sealed class StaleSocketTests
{
    [Fact]
    public async Task A_socket_that_a_killed_gateway_has_left_behind_is_replaced()
    {
        var path = Free();
        using (var killed = Listen(path + ".old"))
        {
            // Where it is looked for when it closes, it is not: as if it had not had the time to.
            File.Move(path + ".old", path);
        }

        Assert.True(File.Exists(path));

        await StartAsync(path);
    }

    [Fact]
    public async Task A_socket_that_somebody_listens_on_is_left_to_them()
    {
        var path = Free();
        using var other = Listen(path);

        await Assert.ThrowsAsync<IOException>(() => StartAsync(path));

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        Assert.True(client.Connected);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        var path = TemporaryFile.Write("somebody's");

        await Assert.ThrowsAsync<IOException>(() => StartAsync(path));

        Assert.Equal("somebody's", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    private static async Task StartAsync(string path)
    {
        await using var gateway = GatewayApp.Build(
            ["--upstream", "http://127.0.0.1:9", "--urls", $"http://unix:{path}", "--admin-url", "off"], builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        await gateway.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private static string Free()
    {
        var path = TemporaryFile.Write("");
        File.Delete(path);
        return path;
    }
}
