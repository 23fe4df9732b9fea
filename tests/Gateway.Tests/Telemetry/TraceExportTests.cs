using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>Traces leave the process when the standard variables of OpenTelemetry name a collector.</summary>
public sealed class TraceExportTests
{
    [Fact]
    public async Task Span_reaches_the_collector_that_the_environment_names()
    {
        await using var collector = ScriptedUpstream.Start();
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = GatewayProcess.StartWith(
            new()
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            },
            "--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "off");
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
        using var response = await client.ReadResponseAsync();

        var export = await collector.NextAsync();
        Assert.EndsWith("/v1/traces", export.Request.Target, StringComparison.Ordinal);
        var (body, _) = await export.ReadBodyToEndAsync();
        Assert.Contains("sse.open", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        Assert.DoesNotContain("/events", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        await export.AnswerAsync(200, "application/x-protobuf", "");
    }
}
