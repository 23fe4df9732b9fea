using System.Net;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Streams;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SseGateway.Harness.Client.Frames;
using SseGateway.Hosting;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Telemetry;
using Xunit;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Tests.Relay;

/// <summary>Whether a body was cut off by a client that has gone, or is none.</summary>
public sealed class BrokenBodyTests
{
    private const int Cancel = 8;

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

    /// <summary>As the server tells of both, which are resets: mostly when the request has been aborted already.</summary>
    [Theory]
    [InlineData("12345", true, StatusCodes.Status400BadRequest)]
    [InlineData("12345", false, StatusCodes.Status400BadRequest)]
    [InlineData("12", true, StatusCodes.Status400BadRequest)]
    [InlineData("12", false, StatusCodes.Status499ClientClosedRequest)]
    public async Task Body_of_another_length_than_it_says_is_told_from_one_that_is_cut_off(string body, bool isEnded, int status)
    {
        await using var server = await Http2Upstream.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(IPEndPoint.Parse(new Uri(server.Url).Authority));
        await client.SendAsync(RawHttp2Client.Headers(1, "POST", "/", endStream: false, ("content-length", "4")));
        var exchange = await server.NextAsync();
        var read = exchange.Request.Body.CopyToAsync(Stream.Null, CancellationToken.None);
        await client.SendAsync(new Http2Frame(Http2FrameType.Data, 1, Encoding.ASCII.GetBytes(body), isEnded ? Http2Frame.EndStream : (byte)0));
        await client.SendAsync(new Http2Frame(Http2FrameType.RstStream, 1, Http2Frame.Number(Cancel)));
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => Deadline.ForAsync(read));

        await ExpectAsync(HttpProtocol.Http2, status, failure);
        var told = new AggregateException(new OperationCanceledException("The same.", failure), failure);
        await ExpectAsync(HttpProtocol.Http2, status, ForwarderError.RequestBodyCanceled, told, isAborted: true);
        var wrapped = new OperationCanceledException("The same.", new HttpRequestException("The same.", new IOException("The same.", failure)));
        await ExpectAsync(HttpProtocol.Http2, status, ForwarderError.RequestCanceled, wrapped, isAborted: true);
    }

    private static Task ExpectAsync(string protocol, int status, Exception failure)
    {
        var told = new AggregateException(failure, new HttpRequestException("the same, as the service sees it"));
        return ExpectAsync(protocol, status, ForwarderError.RequestBodyClient, told, isAborted: false);
    }

    private static async Task ExpectAsync(string protocol, int status, ForwarderError error, Exception failure, bool isAborted)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Protocol = protocol;
        context.RequestAborted = new CancellationToken(isAborted);
        var errors = new GatewayErrors(
            context =>
            {
                context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, failure));
                return Task.CompletedTask;
            },
            new StreamMetrics(new StreamsUnderTest().Meters), NullLogger<GatewayErrors>.Instance);

        await errors.InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
