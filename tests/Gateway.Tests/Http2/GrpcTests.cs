using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>A gRPC service and its client with the gateway between, without TLS and without a setting but the address.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private readonly CountService _service = new();
    private AnyUpstream _upstream = null!;
    private GatewayUnderTest _gateway = null!;
    private GrpcChannel _channel = null!;
    private CallInvoker _client = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await AnyUpstream.StartAsync(HttpProtocols.Http2, onSocket: false, app => app.MapGrpcService<CountService>(), services =>
        {
            services.AddGrpc();
            services.AddSingleton(_service);
        });
        _gateway = await GatewayUnderTest.StartWithArgumentsAsync("--upstream", $"h2c://127.0.0.1:{_upstream.Port}");
        _channel = GrpcChannel.ForAddress(_gateway.Address);
        _client = _channel.CreateCallInvoker();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_call_has_its_answer_and_its_trailers()
    {
        using var call = _client.AsyncUnaryCall(CounterBase.Greeting, null, default, "Ada");

        Assert.Equal("Hello Ada", await Deadline.ForAsync(call.ResponseAsync));
        Assert.Equal((StatusCode.OK, "Ada 1"), (call.GetStatus().StatusCode, call.GetTrailers().GetValue("greeted")));
    }

    [Fact]
    public async Task An_error_is_the_services_own()
    {
        using var call = _client.AsyncUnaryCall(CounterBase.Greeting, null, default, "");

        var error = await Assert.ThrowsAsync<RpcException>(() => Deadline.ForAsync(call.ResponseAsync));

        Assert.Equal((StatusCode.InvalidArgument, "Nobody"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task A_stream_of_the_services_comes_message_by_message()
    {
        using var call = _client.AsyncServerStreamingCall(CounterBase.Counting, null, default, "3");
        for (var i = 1; i <= 3; i++)
        {
            _service.Next.Release();
            Assert.True(await Deadline.ForAsync(call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
            Assert.Equal($"{i}", call.ResponseStream.Current);
        }

        Assert.False(await Deadline.ForAsync(call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        Assert.Equal((StatusCode.OK, "3"), (call.GetStatus().StatusCode, call.GetTrailers().GetValue("counted")));
    }
}
