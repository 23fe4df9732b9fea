using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.HalfOpen;

/// <summary>What the kernel is told about the connections, where it can be asked (the behaviour itself is in <see cref="VanishedPeerTests"/>).</summary>
public sealed class SocketOptionTests
{
    private const int ProtocolTcp = 6;
    private const int TcpUserTimeout = 18;

    [Theory]
    [InlineData("1s", 30_000)]
    [InlineData("10s", 30_000)]
    [InlineData("45s", 45_000)]
    [InlineData("0", 0)]
    public async Task A_streams_client_is_waited_for_as_long_as_the_write_deadline_and_half_a_minute_at_least(string write, int milliseconds)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_USER_TIMEOUT is Linux's.");
        var sockets = new ConcurrentQueue<Socket>();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, sockets, "SseGateway:Timeouts:Write=" + write);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        Assert.True(sockets.TryDequeue(out var socket));

        Assert.Equal(1, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(30, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);

        // The client has the head a moment before the gateway knows that it has.
        await Deadline.UntilAsync(() => UserTimeout(socket) == milliseconds);

        // The connection's next answer may be one that its reader pauses.
        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
        await response.Client.SendAsync(gateway.Head("GET", "/file"));
        var next = await upstream.NextAsync();
        Assert.Equal(0, UserTimeout(socket));
        await next.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal("ok", await (await response.Client.ReadResponseAsync()).ReadTextAsync());
    }

    [Fact]
    public async Task Streams_work_where_there_is_no_tcp()
    {
        var path = Path.Combine(Path.GetTempPath(), "sse-gateway-" + Path.GetRandomFileName());
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "Kestrel:Endpoints:Unix:Url=http://unix:" + path);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var opening = client.GetStreamAsync(new Uri("http://gateway/events"), TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var reader = new StreamReader(await Deadline.ForAsync(opening));

        await exchange.SendAsync("data: a\n\n");

        Assert.Equal("data: a", await Deadline.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
    }

    private static int UserTimeout(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(ProtocolTcp, TcpUserTimeout, value);
        return BitConverter.ToInt32(value);
    }

    private static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, ConcurrentQueue<Socket> sockets, params string[] settings)
        => GatewayUnderTest.StartAsync(upstream, services => services.AddSingleton<IStartupFilter>(new Watch(sockets)), settings);

    /// <summary>Notes the socket of every request.</summary>
    private sealed class Watch(ConcurrentQueue<Socket> sockets) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                sockets.Enqueue(context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket);
                return following(context);
            });
            next(app);
        };
    }
}
