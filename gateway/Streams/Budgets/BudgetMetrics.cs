using System.Diagnostics.Metrics;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Budgets;

/// <summary>How much of the budgets is used.</summary>
internal sealed class BudgetMetrics
{
    public BudgetMetrics(IMeterFactory meters, FileBudget files, MemoryBudget memory)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            "sse_gateway.connections", () => files.Connections, "{connection}", "Connections of clients and to upstreams, an open file each.");
        meter.CreateObservableCounter(
            "sse_gateway.connections_turned_away", () => files.TurnedAway, "{connection}", "Connections closed unanswered: no open file was left for them.");
        meter.CreateObservableUpDownCounter("sse_gateway.waiting", () => memory.Waiting, "By", "Memory of what waits for clients that do not read.");
        meter.CreateObservableUpDownCounter("sse_gateway.retained", () => memory.Retained, "By", "Memory of what shared streams retain.");
    }
}
