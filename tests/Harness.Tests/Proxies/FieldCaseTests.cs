using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>As <see cref="BrokenProxyTests"/>, for the cases that proxies in the field have given.</summary>
public sealed class FieldCaseTests
{
    private static readonly string[] OverHttp1 = ["5.2.8", "5.2.12", "5.2.13", "5.2.15", "6.1.14", "7.4.17", "7.5.4"];
    private static readonly string[] OverHttp2 = ["6.1.13", "7.4.3", "12.1.1", "12.1.7"];

    [Theory]
    [InlineData(nameof(Defect.None), "")]
    [InlineData(nameof(Defect.AsksForCompression), "5.2.12")]
    [InlineData(nameof(Defect.RepeatsGets), "5.2.13")]
    [InlineData(nameof(Defect.Caches), "5.2.8 5.2.15")]
    [InlineData(nameof(Defect.LosesTheBodyAfterAnInterimHead), "7.5.4")]
    [InlineData(nameof(Defect.BuffersOtherStatuses), "6.1.14")]
    [InlineData(nameof(Defect.HoldsPlacesOfLeavers), "7.4.17")]
    public async Task A_defect_fails_exactly_its_cases(string defect, string failing)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = new ForwardingProxy(origin.Address, Enum.Parse<Defect>(defect));

        var results = await RunAsync(origin, new Uri($"http://{proxy.Address}"), new TargetProfile(), OverHttp1);

        AssertFailing(failing, results);
        Assert.Equal(
            OverHttp1.Length - failing.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, results.Count(result => result.Verdict == Verdict.Ok));
    }

    // Few streams on a connection are told, and no failure as long as the target says so itself.
    [Theory]
    [InlineData(nameof(Defect.None), 120, "", Verdict.Ok, "120 streams at a time; another request passes beside them")]
    [InlineData(nameof(Defect.RepeatsPosts), 120, "6.1.13", Verdict.Ok, "120 streams at a time; another request passes beside them")]
    [InlineData(nameof(Defect.None), 6, "12.1.1", Verdict.NonStrict, "6 streams at a time; another request passes beside them")]
    [InlineData(nameof(Defect.HasSixWorkers), 100, "12.1.1 12.1.7", Verdict.Failed,
        "6 streams at a time; another request beside them waits, although 100 streams are allowed")]
    internal async Task Over_HTTP_2_a_defect_fails_exactly_its_cases_and_few_streams_are_told(
        string defect, int streams, string failing, Verdict ofStreams, string text)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = await Http2Proxy.StartAsync(origin.Address, Enum.Parse<Defect>(defect), streams);

        var results = await RunAsync(origin, proxy.Url, new TargetProfile { Http2 = proxy.Http2Url }, OverHttp2);

        AssertFailing(failing, results);
        var told = results.Single(result => result.Id == "12.1.7");
        Assert.True(ofStreams == told.Verdict, told.Actual);
        Assert.Contains($"on one HTTP/2 connection: {text}", told.Actual, StringComparison.Ordinal);
    }

    private static void AssertFailing(string failing, IReadOnlyList<CaseResult> results)
    {
        var failed = results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error).ToArray();
        Assert.True(failing == string.Join(' ', failed.Select(result => result.Id)),
            string.Join('\n', failed.Select(result => $"{result.Id} {result.Verdict}: {result.Actual}")));
    }

    private static async Task<IReadOnlyList<CaseResult>> RunAsync(StreamOrigin origin, Uri url, TargetProfile profile, string[] asked)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var target = await TargetAddress.ResolveAsync(url, cancellation);
        var cases = CheckCase.All.Where(check => asked.Contains(check.Row.Id)).ToArray();
        Assert.Equal(asked.Length, cases.Length);
        return await new CheckRunner(target, origin, profile, seed: 1, parallel: 8, again: "check") { Confirms = true }.RunAsync(cases, cancellation);
    }
}
