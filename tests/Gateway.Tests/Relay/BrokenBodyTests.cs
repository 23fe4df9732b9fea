using Gateway.Tests.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SseGateway.Hosting;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Telemetry;
using Xunit;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Tests.Relay;

/// <summary>Whether a body was cut off by a client that has gone, or is none.</summary>
public sealed class BrokenBodyTests
{
    /// <summary>As YARP tells of both (7 of some thousand that were reset over HTTP/2 stood in the log as 400).</summary>
    [Fact]
    public Task Client_that_resets_its_body_has_left_also_before_the_server_says_so() =>
        ExpectAsync(HttpProtocol.Http2, StatusCodes.Status499ClientClosedRequest, new IOException("The client reset the request stream."));

    [Fact]
    public Task Body_that_is_wrong_is_the_clients_fault() =>
        ExpectAsync(HttpProtocol.Http2, StatusCodes.Status400BadRequest, new BadHttpRequestException("Less than was announced."));

    /// <summary>Of a size that is no number at all the server says so.</summary>
    [Fact]
    public Task Chunk_that_is_wrong_is_the_clients_fault() =>
        ExpectAsync(HttpProtocol.Http11, StatusCodes.Status400BadRequest, new IOException("Bad chunk size data."));

    private static async Task ExpectAsync(string protocol, int status, Exception failure)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Protocol = protocol;
        var errors = new GatewayErrors(
            context =>
            {
                context.Features.Set<IForwarderErrorFeature>(new ForwardingError(
                    ForwarderError.RequestBodyClient, new AggregateException(failure, new HttpRequestException("the same, as the service sees it"))));
                return Task.CompletedTask;
            },
            new StreamMetrics(new StreamsUnderTest().Meters), NullLogger<GatewayErrors>.Instance);

        await errors.InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
