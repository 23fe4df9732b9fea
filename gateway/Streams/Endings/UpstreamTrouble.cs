using System.Net.Http.Headers;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Endings;

/// <summary>
/// Says that the upstream cannot serve at the moment: 502, 503 or 504. To an EventSource any of them is the end, while a service that is being
/// restarted is back in seconds; so it is told as of a refusal, in-band.
/// </summary>
internal static class UpstreamTrouble
{
    // An upstream that wants to be left alone for longer than this has to say it again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>True for the statuses that say so. Others are the service's own word, and final where they were.</summary>
    public static bool Is(int status) =>
        status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    /// <summary>The one of them that the upstream has answered with itself, whatever the client was told; null for another answer, or none.</summary>
    public static int? AnswerOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Answered>()?.Status;
    }

    /// <summary>Answers for an upstream that gave no answer.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="metrics">Where in-band ones count.</param>
    /// <param name="status">One of the three.</param>
    /// <param name="title">What happened; names no address.</param>
    /// <param name="wasAsked">True when the upstream had the request.</param>
    public static Task WriteAsync(HttpContext context, StreamMetrics metrics, int status, string title, bool wasAsked)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Refusal.IsInBand(context))
        {
            return WriteInBandAsync(context, metrics);
        }

        context.Response.Clear();
        context.Response.Headers.RetryAfter = Refusal.Seconds(Refusal.Wait(context));
        if (wasAsked && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            Refusal.ShouldNotRetry(context.Response.Headers);
        }

        return ErrorAnswer.WriteAsync(context, status, new StreamError("gateway_upstream", title));
    }

    /// <summary>Answers in-band in place of the upstream's own status, where that is to be.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="metrics">Where it counts.</param>
    /// <param name="status">The upstream's.</param>
    /// <param name="retryAfter">The upstream's <c>Retry-After</c>; null without one.</param>
    /// <param name="time">By which a date in it counts.</param>
    /// <returns>Null when the answer is for the client as it is.</returns>
    public static Task? TryWriteAsync(HttpContext context, StreamMetrics metrics, int status, string? retryAfter, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!Is(status))
        {
            return null;
        }

        context.Features.Set(new Answered(status));
        return Refusal.IsInBand(context) && context.Features.Get<RouteFeature>() is { Settings.UpstreamErrorsInBand: true }
            ? WriteInBandAsync(context, metrics, Parse(retryAfter, time))
            : null;
    }

    private static Task WriteInBandAsync(HttpContext context, StreamMetrics metrics, TimeSpan least = default)
    {
        if (context.Features.Get<RouteFeature>() is { RouteId: { } routeId })
        {
            metrics.Refused(context, routeId, RefusalReason.Upstream);
        }

        return Refusal.WriteAsync(context, RefusalReason.Upstream, least: least);
    }

    // RFC 9110 section 10.2.3: seconds, or a date.
    private static TimeSpan Parse(string? retryAfter, TimeProvider time)
    {
        if (!RetryConditionHeaderValue.TryParse(retryAfter, out var value))
        {
            return TimeSpan.Zero;
        }

        var wait = value.Delta ?? (value.Date is { } date ? date - time.GetUtcNow() : TimeSpan.Zero);
        return wait < LongestWait ? wait : LongestWait;
    }

    private sealed record Answered(int Status);
}
