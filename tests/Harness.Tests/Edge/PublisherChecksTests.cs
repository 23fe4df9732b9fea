using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Checks.Publisher;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Edge;

/// <summary>The publisher's cases, asked of scripts of which it is known what is wrong with them.</summary>
public sealed class PublisherChecksTests
{
    // What is between « and » is replaced by a defect.
    private const string Good = """
        import { createInterface } from 'node:readline';
        const bad = (value, pattern) => value !== undefined && pattern.test(value);
        const lines = value => value.split(«/\r\n|\r|\n/»);
        for await (const line of createInterface({ input: process.stdin })) {
          const e = JSON.parse(line);
          if («bad(e.id, /[\r\n\0]/)» || «bad(e.type, /[\r\n]/)») continue;
          if («e.retry !== undefined && !(Number.isInteger(e.retry) && e.retry >= 0)») continue;
          let text = '';
          if (e.comment !== undefined) text += «lines(e.comment)».map(part => ': ' + part + '\n').join('') + '\n';
          if (e.data !== undefined) {
            if (e.type) text += 'event: ' + e.type + '\n';
            if (e.id !== undefined) text += 'id: ' + e.id + '\n';
            if (e.retry !== undefined) text += 'retry: ' + e.retry + '\n';
            text += lines(e.data).map(part => «'data: '» + part + '\n').join('') + '\n';
          }
          process.stdout.write(text);
        }
        """;

    [Theory]
    [InlineData("none", "", "", "")]
    [InlineData("ids are not looked at", @"bad(e.id, /[\r\n\0]/)", "false", "11.1.1 11.1.5")]
    [InlineData("ids may have a CR", @"bad(e.id, /[\r\n\0]/)", @"bad(e.id, /[\n\0]/)", "11.1.1")]
    [InlineData("types may have a CR", @"bad(e.type, /[\r\n]/)", @"bad(e.type, /\n/)", "11.1.2")]
    [InlineData("data is split at LF only", @"/\r\n|\r|\n/", @"'\n'", "11.1.3 11.1.4 11.1.6")]
    [InlineData("comments are not split", "lines(e.comment)", "[e.comment]", "11.1.4")]
    [InlineData("any retry is written", "e.retry !== undefined && !(Number.isInteger(e.retry) && e.retry >= 0)", "false", "11.1.5")]
    [InlineData("no space before data", "'data: '", "'data:'", "11.1.6")]
    public async Task A_defect_fails_exactly_its_cases(string defect, string right, string wrong, string failing)
    {
        Assert.True(right.Length == 0 || Good.Contains($"«{right}»", StringComparison.Ordinal), defect);
        var script = right.Length == 0 ? Good : Good.Replace($"«{right}»", wrong, StringComparison.Ordinal);
        var file = Path.ChangeExtension(Path.GetTempFileName(), ".mjs");
        await File.WriteAllTextAsync(
            file, script.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        try
        {
            var results = await RunAsync($"node {file}");

            Assert.Equal(6, results.Count);
            Assert.Equal(
                failing, string.Join(' ', results.Where(result => result.Verdict is not (Verdict.Ok or Verdict.NonStrict)).Select(result => result.Id)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_publisher_that_does_not_run_is_an_error_and_passes_nothing()
    {
        var results = await RunAsync("false");

        Assert.All(results.Where(result => result.Id != "11.1.6"), result => Assert.Equal(Verdict.Error, result.Verdict));
        Assert.Equal(Verdict.Failed, results.Single(result => result.Id == "11.1.6").Verdict);
    }

    private static async Task<IReadOnlyList<CaseResult>> RunAsync(string exec)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = new TargetAddress(new Uri($"http://{origin.Address}"), origin.Address);
        var cases = CheckCase.All.Where(check => check.Attribute.Publisher).ToArray();
        return await new CheckRunner(
            target, origin, new TargetProfile { Publisher = new PublisherSetup(exec) }, seed: 1, parallel: 4, again: "publisher")
        { Confirms = true }
            .RunAsync(cases, TestContext.Current.CancellationToken);
    }
}
