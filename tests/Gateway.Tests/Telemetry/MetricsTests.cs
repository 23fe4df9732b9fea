using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SseGateway.Telemetry;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task A_streams_life_is_seen_in_the_metrics_and_in_no_request_duration()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var admin = builder.Build();
        admin.UseMetrics(gateway.Services);
        await admin.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(admin.Urls.Single()), Timeout = Deadline.Limit };
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
                text = await http.GetStringAsync("/metrics");
                return text.Contains("sse_gateway_streams_closed_total{", StringComparison.Ordinal);
            },
            "the end of the stream in the metrics");

        Assert.Contains("sse_gateway_streams_live{route=\"upstream\",mode=\"relay\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_opened_total{route=\"upstream\",mode=\"relay\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_refused_total{route=\"upstream\",limit=\"total\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_streams_closed_total{route=\"upstream\",mode=\"relay\",reason=\"upstreamEnded\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_frames_total{route=\"upstream\",mode=\"relay\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_bytes_total{route=\"upstream\",mode=\"relay\"} 9", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_time_to_head_seconds_count{route=\"upstream\",mode=\"relay\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_time_to_first_event_seconds_count{route=\"upstream\",mode=\"relay\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_stream_lifetime_seconds_count{route=\"upstream\",mode=\"relay\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("sse_gateway_slowest_reader_wait_seconds{route=\"upstream\",mode=\"relay\"} 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
            && line.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal));
    }
}
