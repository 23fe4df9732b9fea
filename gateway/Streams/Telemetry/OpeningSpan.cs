using System.Diagnostics;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Telemetry;

/// <summary>
/// Request feature, there only while somebody listens to traces: the span <c>sse.open</c>, from the request to the response head. A span
/// of the whole stream would come out hours later.
/// </summary>
/// <remarks>
/// It becomes an activity only at its end. One that was current while the stream is forwarded would be held by the stream for all of its
/// life, and have HttpClient send a traceparent upstream.
/// </remarks>
internal sealed class OpeningSpan(DateTimeOffset started, ActivityContext parent)
{
    public const string SourceName = "SseGateway";
    public const string Name = "sse.open";

    private static readonly ActivitySource Source = new(SourceName);

    private RefusalReason _refusal;
    private bool _ended;

    /// <summary>True when somebody listens.</summary>
    public static bool Wanted => Source.HasListeners();

    /// <summary>What the gateway's answer makes of the opening; null when it has refused nothing.</summary>
    public OpeningOutcome? Refused => _refusal switch
    {
        RefusalReason.None => null,
        RefusalReason.Upstream => OpeningOutcome.Failed,
        _ => OpeningOutcome.Refused,
    };

    /// <summary>Takes note of what forbids the stream; the answer is still to come.</summary>
    public void Refuse(RefusalReason reason) => _refusal = reason;

    /// <summary>Ends the span. Only the first call does.</summary>
    /// <param name="outcome">What became of the request.</param>
    /// <param name="routeId">The route.</param>
    /// <param name="status">The response's status; 0 when there was none.</param>
    /// <param name="ended">The time of day.</param>
    public void End(OpeningOutcome outcome, string routeId, int status, DateTimeOffset ended)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;

        // Never the path, which may hold an id of somebody's, and nothing that says who the client is.
        var tags = new TagList
        {
            { "sse_gateway.route", routeId },
            { "sse_gateway.mode", StreamMode.Relay.Word() },
            { "sse_gateway.outcome", outcome.Word() },
        };
        if (Refused is not null)
        {
            tags.Add("sse_gateway.limit", _refusal.Word());
        }

        if (status > 0)
        {
            tags.Add("http.response.status_code", status);
        }

        using var activity = Source.StartActivity(Name, ActivityKind.Server, parent, tags, links: null, started);
        if (outcome == OpeningOutcome.Failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        activity?.SetEndTime(ended.UtcDateTime);
    }
}
