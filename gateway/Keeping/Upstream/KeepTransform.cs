using Microsoft.AspNetCore.Http.Features;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using SseGateway.Transport.Early;
using SseGateway.Transport.Http;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Keeping.Upstream;

/// <summary>Takes the answer of a request that is to be kept over from YARP, and reads it to its end, whoever reads it then.</summary>
internal sealed partial class KeepTransform(ILogger<KeepTransform> logger) : ResponseTransform
{
    // Only what an HTTP/2 upstream's stream rents while it waits.
    private const int CopyBufferBytes = 4096;

    public override async ValueTask ApplyAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not { } upstream || context.Features.Get<KeptRequest>() is not { } request || !EventStreamContent.Is(upstream))
        {
            return;
        }

        HopByHop.RemoveFromResponse(upstream, context.Response);
        ContentCoding.DropIfNone(context.Response.Headers);
        if (context.Response.Headers.ContentEncoding.Count > 0)
        {
            // It cannot be taken apart, and nobody has asked for one: it is relayed.
            return;
        }

        transform.SuppressResponseBody = true;
        context.Response.Headers.Remove("Trailer");
        var admission = context.Features.GetRequiredFeature<StreamAdmission>();
        if (await admission.AdmitAsync() is not RefusalReason.None and var reason)
        {
            await Refusal.WriteAsync(context, reason, wasAsked: true);
            return;
        }

        var answer = request.Answer;
        var path = StreamPath.Of(context);
        answer.Begin(new UpstreamHead(context.Response), admission.Stream!.Reader.With(context.Response.Headers), context.Features.Get<RequestPeek>());
        request.Take();
        await ReadAsync(context, upstream, answer, path);
    }

    // Never throws: YARP would make a failure of the head out of it.
    private async Task ReadAsync(HttpContext context, HttpResponseMessage upstream, KeptAnswer answer, string path)
    {
        try
        {
            if (UpstreamConnection.TryTakeBody(upstream) is { } body)
            {
                await body.CopyToAsync(answer.Feed, answer.Stopped);
            }
            else
            {
                await using var content = await upstream.Content.ReadAsStreamAsync(answer.Stopped);
                await content.CopyToAsync(answer.Feed, CopyBufferBytes, answer.Stopped);
            }

            answer.Feed.End();
            answer.End(CloseReason.UpstreamEnded);
        }
        catch (Exception failure)
        {
            answer.Feed.Drop();
            var reason = answer.StoppedAs is not CloseReason.None and var stopped ? stopped : CloseReason.UpstreamFailed;

            // For YARP's passive health checks: a stop of the gateway's own is no failure of the upstream's.
            var error = reason == CloseReason.UpstreamFailed ? ForwarderError.ResponseBodyDestination : ForwarderError.ResponseBodyCanceled;
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, failure));
            answer.End(reason, (failure as LateAnswerException)?.Error);
            if (reason == CloseReason.UpstreamFailed)
            {
                var proxy = context.Features.Get<IReverseProxyFeature>();
                var (cluster, destination) = (proxy?.Cluster.Config.ClusterId, proxy?.ProxiedDestination?.DestinationId);
                LogFailed(
                    logger, answer.Owner.RouteId, cluster ?? LogText.None, destination ?? LogText.None, path,
                    failure is OperationCanceledException ? "nothing came for too long" : LogText.Reason(failure));
            }
        }
    }

    [LoggerMessage(EventId = 182, Level = LogLevel.Warning,
        Message = "The upstream of a kept answer failed, route {Route}, cluster {Cluster}, destination {Destination}, path {Path}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string route, string cluster, string destination, string path, string reason);
}
