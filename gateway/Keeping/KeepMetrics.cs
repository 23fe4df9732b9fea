using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Keeping;

/// <summary>Counts what is particular to answers that are kept.</summary>
internal sealed class KeepMetrics
{
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _unkept;
    private readonly Counter<long> _abandoned;
    private Func<IEnumerable<KeptAnswer>> _answers = () => [];

    public KeepMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            "sse_gateway.kept_answers", Live, "{answer}", "Answers that are kept at this moment, running or over, each with a log.");
        _resumed = meter.CreateCounter<long>("sse_gateway.answers_resumed", "{stream}", "Streams in which a kept answer was read again.");
        _unkept = meter.CreateCounter<long>("sse_gateway.answers_unkept", "{answer}", "Answers that were relayed, since as many as may be kept were running.");
        _abandoned = meter.CreateCounter<long>(
            "sse_gateway.answers_abandoned", "{answer}", "Answers whose upstream was left, since nobody had read them for the grace time.");
    }

    /// <summary>Says where the answers are found.</summary>
    public void Watch(Func<IEnumerable<KeptAnswer>> answers) => _answers = answers;

    public void Resumed(string routeId) => _resumed.Add(1, Route(routeId));

    public void Unkept(string routeId) => _unkept.Add(1, Route(routeId));

    public void Abandoned(string routeId) => _abandoned.Add(1, Route(routeId));

    private static KeyValuePair<string, object?> Route(string routeId) => new(MetricLabels.Route, routeId);

    private IEnumerable<Measurement<long>> Live() =>
        _answers().GroupBy(answer => answer.Owner.RouteId).Select(route => new Measurement<long>(route.Count(), Route(route.Key)));
}
