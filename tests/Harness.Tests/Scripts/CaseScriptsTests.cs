using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using Xunit;

namespace Harness.Tests.Scripts;

public sealed class CaseScriptsTests
{
    private static readonly string[] NotData = ["12.1.6"];

    [Fact]
    public void Every_client_row_of_waves_1_and_2_is_data_or_listed()
    {
        var rows = CaseCatalogue.Instance.Rows.Where(row => row.IsFor('C') && row.Wave <= 2).Select(row => row.Id);
        Assert.Equal(NotData, rows.Except(CaseScripts.All.Select(script => script.Id)));
        Assert.All(CaseScripts.All, script => Assert.True(script.Row.IsFor('C'), script.Id));
    }

    [Fact]
    public void A_split_at_every_point_is_a_run_for_each()
    {
        var whole = CaseScripts.Find("2.1.1")!.Runs[0].Connections[0].Body;
        var runs = CaseScripts.Find("2.1.6")!.Runs;
        Assert.Equal(whole.Length - 1, runs.Count);
        Assert.All(runs, run => Assert.Equal(whole, run.Connections[0].Body));
        Assert.Single(runs[0].Connections[0].Steps[0].Send!.Bytes);
        Assert.Equal("k 1", runs[0].Name);
    }

    [Fact]
    public void What_is_expected_of_fixed_bytes_is_what_a_reader_by_the_standard_gets()
    {
        var compared = 0;
        foreach (var script in CaseScripts.All.Where(script => script.Id[0] is '1' or '2'))
        {
            foreach (var run in script.Runs.Where(run => run.Connections is [var only] && only.Steps.All(step => step.Raw is null)
                && run.Expect[0].Events is not null))
            {
                var reader = StreamMeaning.Of(run.Connections[0].Body);
                Assert.Equal(run.Expect[0].Events!.Select(expected => new SseEvent(expected.Type, expected.Data, expected.Id)), reader.Events);
                Assert.Equal(run.Expect[0].Retry ?? reader.Retry, reader.Retry);
                compared++;
            }
        }

        Assert.True(compared > 200, $"{compared} runs");
    }

    [Fact]
    public void The_sentinel_follows_only_what_is_complete()
    {
        foreach (var (script, connection) in CaseScripts.All.SelectMany(script =>
            script.Runs.SelectMany(run => run.Connections.Select(connection => (script, connection)))))
        {
            if (!connection.HasOwnEnding && connection.Steps.All(step => step.Raw is null))
            {
                var reader = StreamMeaning.Of(connection.BodyOf(script));
                Assert.Equal((Sentinel.Type, script.Id), (reader.Events[^1].Type, reader.Events[^1].Data));
            }
        }
    }

    [Fact]
    public void Every_run_has_an_acceptable_outcome_and_the_first_is_the_best()
    {
        Assert.All(CaseScripts.All.SelectMany(script => script.Runs), run => Assert.NotEmpty(run.Expect));
        Assert.All(CaseScripts.All.SelectMany(script => script.Runs), run => Assert.NotEqual(Verdict.NonStrict, run.Expect[0].Verdict));
        Assert.All(CaseScripts.All, script => Assert.Equal(script.Runs.Count, script.Runs.Select(run => run.Name).Distinct().Count()));
    }
}
