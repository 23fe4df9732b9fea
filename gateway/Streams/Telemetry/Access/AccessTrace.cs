using Microsoft.Net.Http.Headers;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Streams.Telemetry.Access;

/// <summary>
/// Request feature, there only where an access log is kept: what it says of a request beside what a stream knows of itself. A stream has it for as long as it
/// lives, without the request.
/// </summary>
internal sealed class AccessTrace
{
    public AccessTrace(HttpContext context)
    {
        var request = context.Request;
        (Method, Protocol) = (LogText.Of(request.Method), request.Protocol);
        Agent = LogText.Of(request.Headers.UserAgent);
        Referer = LogText.Of(WithoutQuery(request.Headers[HeaderNames.Referer].ToString()));
    }

    public string Method { get; }

    public string Protocol { get; }

    public string Agent { get; }

    /// <summary>The page that has asked, without its query.</summary>
    public string Referer { get; }

    /// <summary>The template of the route where it has one, as in the lines of streams; else the path as the client wrote it.</summary>
    public string Path { get; private set; } = LogText.None;

    public int Status { get; private set; } = StatusCodes.Status200OK;

    public string? Cluster { get; private set; }

    /// <summary>The destination that has answered; null for a client of a shared stream, which has been nowhere itself.</summary>
    public string? Destination { get; private set; }

    /// <summary>Why the gateway has refused it, if it has.</summary>
    public RefusalReason Refusal { get; set; }

    /// <summary>Takes note of what has become of the request so far: which route's it is, who has answered, and how.</summary>
    public void Note(HttpContext context)
    {
        Path = StreamPath.Of(context);
        Status = context.Response.StatusCode;
        Cluster = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Cluster?.ClusterId;
        Destination = context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.DestinationId;
    }

    private static string WithoutQuery(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return LogText.WithoutUser(end < 0 ? url : url[..end]);
    }
}
