using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task A_streams_life_is_seen_in_the_metrics_and_in_no_request_duration()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, "SseGateway:Limits:Streams=1");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        using (var refused = await gateway.OpenAsync())
        {
            Assert.Equal(429, refused.Status);
        }

        await exchange.EndAsync();
        await response.ReadTextAsync();

        var text = "";
        await Deadline.UntilAsync(
            async () =>
            {
                text = await gateway.Admin.GetStringAsync("/metrics");
                return text.Contains("sse_gateway_streams_closed_total{", StringComparison.Ordinal);
            },
            "the end of the stream in the metrics");

        Assert.Contains("sse_gateway_streams_live{mode=\"relay\",route=\"upstream\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_opened_total{mode=\"relay\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_refused_total{limit=\"total\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_closed_total{mode=\"relay\",reason=\"upstreamEnded\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_frames_total{mode=\"relay\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_bytes_total{mode=\"relay\",route=\"upstream\"} 9", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_time_to_head_seconds_count{mode=\"relay\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_time_to_first_event_seconds_count{mode=\"relay\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_stream_lifetime_seconds_count{mode=\"relay\",route=\"upstream\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_slowest_reader_wait_seconds{mode=\"relay\",route=\"upstream\"} 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
            && line.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal));
    }
}
