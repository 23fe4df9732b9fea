using System.Text.Json;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Reports;

public sealed class RunReportFileTests
{
    private static readonly RunReport Full = Sample.Report("nginx", Sample.Result("1.1.1", Verdict.NonStrict) with
    {
        Profile = "d1,h2",
        Ending = Ending.Unclean,
        EndingRight = false,
        Timing = new Timing { HeadMs = 1.5, DirectWorstLagMs = 3 },
        Known = "reason",
        Wire = [new WireLog("origin", "2", [new WireEntry(0.5, '*', Note: "connected"), new WireEntry(1, '<', [0, 255, 10])])],
    }) with
    { Note = "note", Capabilities = ["replay"] };

    [Fact]
    public void A_report_is_read_back_as_it_was()
    {
        var text = JsonSerializer.Serialize(Full, RunReportFile.Json);
        var read = Assert.Single(RunReportFile.Parse("a.json", text));
        Assert.Equal(text, JsonSerializer.Serialize(read, RunReportFile.Json));
        var result = Assert.Single(read.Results);
        Assert.Equal((Verdict.NonStrict, Ending.Unclean, false, "d1,h2"), (result.Verdict, result.Ending, result.EndingRight, result.Profile));
        Assert.Equal([0, 255, 10], result.Wire[0].Entries[1].Bytes);
        Assert.Contains("\"verdict\": \"non-strict\"", text, StringComparison.Ordinal);
        Assert.Contains("\"bytes\": \"AP8K\"", text, StringComparison.Ordinal);
        Assert.Contains("\"schema\": 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_runs_are_read_from_one_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            await RunReportFile.WriteAsync(file, [Full, Full with { Target = "haproxy" }]);
            Assert.Equal(["nginx", "haproxy"], (await RunReportFile.ReadAsync(file)).Select(run => run.Target));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{\"schema\":2,\"results\":[]}", "has schema 2, this program reads 1")]
    [InlineData("{\"schema\":1,\"runs\":[{\"schema\":9}]}", "has schema 9, this program reads 1")]
    [InlineData("{\"schema\":1,\"runs\":{}}", "not a report")]
    [InlineData("{\"schema\":1,\"runs\":[3]}", "no schema version")]
    [InlineData("{\"schema\":\"1\"}", "not a report")]
    [InlineData("{\"results\":[]}", "no schema version")]
    [InlineData("[]", "no schema version")]
    [InlineData("{\"schema\":1}", "not a report")]
    [InlineData("{\"schema\":1", "not a report")]
    public void What_is_no_report_or_of_another_schema_is_refused_with_its_name(string text, string said)
    {
        var wrong = Assert.Throws<UsageException>(() => RunReportFile.Parse("a.json", text));
        Assert.StartsWith("a.json: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_verdict_is_refused()
    {
        var text = JsonSerializer.Serialize(Full, RunReportFile.Json);
        Assert.Throws<UsageException>(() => RunReportFile.Parse("a.json", text.Replace("\"non-strict\"", "\"splendid\"", StringComparison.Ordinal)));
        Assert.Throws<UsageException>(() => RunReportFile.Parse("a.json", text.Replace("\"non-strict\"", "2", StringComparison.Ordinal)));
    }
}
