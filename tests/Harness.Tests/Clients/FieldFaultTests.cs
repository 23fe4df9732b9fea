using System.Net;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using Xunit;

namespace Harness.Tests.Clients;

/// <summary>Faults of clients in the field, each with a case for it outside the core set, and what clients may declare of themselves.</summary>
public sealed class FieldFaultTests
{
    private static readonly ClientProfile Profile = new() { Capabilities = ["states", "close", "headers", "post", "last-event-id"] };

    [Theory]
    [InlineData(Fault.KeepsToTheFirstLineEnd, "1.2.12", "event 2: [\"5\"], not [\"2\"]")]
    [InlineData(Fault.RefusesCharsets, "3.2.5", "0 of 1 events")]
    [InlineData(Fault.TakesCutsForCleanEnds, "3.3.3", "a broken end was taken for a clean one")]
    [InlineData(Fault.TellsTheFirstOrigin, "3.1.9", "origin \"http://127.0.0.1:")]
    public async Task A_fault_is_found_by_its_case_which_a_client_without_one_passes(Fault fault, string id, string told)
    {
        var sound = await AskAsync(Fault.None, Profile, id);
        Assert.True(sound.Verdict == Verdict.Ok, sound.Actual);

        var faulty = await AskAsync(fault, Profile, id);
        Assert.Equal(Verdict.Failed, faulty.Verdict);
        Assert.Contains(told, faulty.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_that_it_resumes_by_the_query_is_judged_by_that()
    {
        Assert.Equal(Verdict.Failed, (await AskAsync(Fault.ResumesByTheQuery, Profile, "4.4.2")).Verdict);

        var declared = await AskAsync(Fault.ResumesByTheQuery, Profile with { LastEventIdQuery = "lastEventId" }, "4.4.2");

        Assert.Equal((Verdict.NonStrict, "the last event id is in the query (lastEventId)"), (declared.Verdict, declared.Actual));
    }

    [Fact]
    public async Task A_client_that_says_that_a_clean_end_is_the_end_is_not_asked_to_come_back_from_one()
    {
        Assert.Equal(Verdict.Failed, (await AskAsync(Fault.EndsAtACleanEnd, Profile, "4.2.1")).Verdict);

        var declared = Profile with { Capabilities = [.. Profile.Capabilities, ClientProfile.CleanEndEnds] };

        Assert.Equal(Verdict.Skipped, (await AskAsync(Fault.EndsAtACleanEnd, declared, "4.2.1")).Verdict);
        Assert.Equal(Verdict.Ok, (await AskAsync(Fault.EndsAtACleanEnd, declared, "4.2.3")).Verdict);
    }

    [Theory]
    [InlineData("3.1.10", "asked again at the first URL")]
    [InlineData("4.4.12", "Last-Event-ID: x")]
    [InlineData("5.1.7", "no Accept-Encoding")]
    [InlineData("1.3.9", "no comment is reported")]
    [InlineData("1.7.5", "retry 700 ms; asked again after ")]
    [InlineData("4.3.9", " requests in ")]
    public async Task An_informational_case_tells_what_it_saw(string id, string told)
    {
        var result = await AskAsync(Fault.None, Profile, id);

        Assert.Equal(Verdict.Informational, result.Verdict);
        Assert.Contains(told, result.Actual, StringComparison.Ordinal);
    }

    private static async Task<CaseResult> AskAsync(Fault fault, ClientProfile profile, string id)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = new FaultyClient(fault);
        var runner = new ClientRunner(client, origin, profile, new ClientPace(0.2, TimeSpan.FromMilliseconds(100)), 4, "") { Confirms = true };
        return Assert.Single(await runner.RunAsync([(CaseScripts.Find(id)!, null)], _ => { }, TestContext.Current.CancellationToken));
    }
}
