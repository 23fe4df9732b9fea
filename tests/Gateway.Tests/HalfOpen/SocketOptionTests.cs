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
    [Theory]
    [InlineData("90s", 23)]
    [InlineData("20s", 5)]
    public async Task A_silent_client_is_asked_four_times_in_the_time_it_is_waited_for(string unacknowledged, int interval)
    {
        var sockets = new ConcurrentQueue<Socket>();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, sockets, "SseGateway:Timeouts:Unacknowledged=" + unacknowledged);
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        Assert.True(sockets.TryDequeue(out var socket));

        Assert.Equal(1, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(30, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
        Assert.Equal(interval, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!);
        Assert.Equal(4, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);
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
