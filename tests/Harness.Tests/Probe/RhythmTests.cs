using System.Net.Http.Headers;
using SseGateway.Harness.Probe;
using SseGateway.Harness.Probe.Findings;
using SseGateway.Harness.Probe.Visits;
using Xunit;

namespace Harness.Tests.Probe;

public sealed class RhythmTests
{
    [Theory]
    [InlineData("1000 16000 31000", 15000, nameof(Severity.Ok), "a comment every 15 s on average")]
    [InlineData("1000 2000 46000", 44000, nameof(Severity.Warn), "comments up to 44 s apart")]
    [InlineData("1000", 9000, nameof(Severity.Info), "one comment seen")]
    [InlineData("", 9000, nameof(Severity.Info), "no comment in 60 s, longest silence 9 s")]
    [InlineData("", 25000, nameof(Severity.Warn), "25 s without a byte")]
    public void The_time_between_comments_is_judged(string times, double silence, string severity, string text)
    {
        var visit = Stream();
        visit.LongestSilenceMs = silence;
        visit.CommentTimes.AddRange(times.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse));
        var finding = Assert.Single(
            EventFindings.Of(new ProbeResult(new ProbeOptions(new Uri("http://127.0.0.1/")), visit)), finding => finding.Topic == "heartbeat");
        Assert.Equal((severity, true), (finding.Severity.ToString(), finding.Text.Contains(text, StringComparison.Ordinal)));
    }

    private static Visit Stream()
    {
        var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return new Visit { Status = 200, ContentHeaders = content.Headers, HeadMs = 0, EndMs = 60_000, Bytes = 1 };
    }
}
