using System.Diagnostics.Metrics;
using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Streams.Telemetry;
using Xunit;

namespace Gateway.Tests.Documentation;

public sealed class MetricsTableTests
{
    /// <summary>Each instrument is used once, so that Prometheus' own name for it is seen; what they say is in Telemetry/MetricsTests.</summary>
    [Fact]
    public async Task Names_every_metric_and_no_other()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Keep.With(), GatewayUnderTest.WithAdmin, "SseGateway:Sharing:Enabled=true", "SseGateway:Fleet:Redis=127.0.0.1:1"]);
        var (_, shared) = await gateway.OpenStreamAsync(upstream);
        using var open = shared;
        var (_, kept) = await gateway.AskAsync(upstream);
        using var asked = kept;
        foreach (var instrument in Instruments(gateway.Services.GetRequiredService<IMeterFactory>()))
        {
            (instrument as Counter<long>)?.Add(1);
            (instrument as Histogram<double>)?.Record(1);
        }

        var text = (await Exposition.ReadAsync(gateway)).Text;
        var exported = text.Split(
            '\n').Where(line => line.StartsWith("# TYPE sse_gateway_", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToArray();
        Assert.True(exported.Length > 10);
        var documented = DocsTable.Read("operating.md", "Metric", "Type", "Labels", "Unit", "Meaning").Select(row => row["Metric"]);
        Assert.Equal(exported.Order(), documented.Order());
    }

    private static List<Instrument> Instruments(IMeterFactory factory)
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == StreamMetrics.MeterName)
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();
        return instruments;
    }
}
