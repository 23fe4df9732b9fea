using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.Checks.Scripts;

/// <summary>Cases that are data, as far as a proxy can be asked: each script's first answer is played through the target.</summary>
internal static class ScriptCases
{
    private const int AtOnce = 8;

    /// <summary>One for each script whose row is for proxies too.</summary>
    public static IEnumerable<CheckCase> All =>
        from script in CaseScripts.All
        where script.Row.IsFor('X')
        select new CheckCase(
            script.Row,
            new CaseAttribute(
                script.Id)
            { Serial = script.Serial || script.Floods, Seconds = Math.Max(script.Seconds, 20), Expected = "the same bytes, and the origin's ending" },
            check => RunAsync(check, script));

    [Case("7.1.2", Seconds = 60, Expected = "each body with the same bytes")]
    public static async Task<Outcome> EveryBodyOfGroup1Async(CheckContext check)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var some in CaseScripts.All.Where(script => script.Id.StartsWith("1.", StringComparison.Ordinal)).Chunk(AtOnce))
        {
            parts.AddRange(await Task.WhenAll(some.Select(async script => (script.Id, await RunAsync(check, script)))));
        }

        return Outcome.Worst(parts);
    }

    [Case("3.3.1", Seconds = 20, Expected = "the same bytes over each framing and protocol, ending CLEAN")]
    public static async Task<Outcome> AllFramingsAsync(CheckContext check)
    {
        var script = CaseScripts.Find("3.3.1")!;
        var parts = new List<(string, Outcome)> { ("HTTP/1", await RunAsync(check, script)) };
        foreach (var pair in check.Pairs.Skip(1).Where(pair => pair.Url is not null))
        {
            parts.Add((pair.Name, await ScriptThroughTarget.RunAsync(check, script, script.Runs[0], pair)));
        }

        return check.ToldPairs(parts);
    }

    private static async Task<Outcome> RunAsync(CheckContext check, CaseScript script)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var run in script.Runs)
        {
            parts.Add((run.Name, await ScriptThroughTarget.RunAsync(check, script, run, check.Pairs[0])));
        }

        return parts is [var (_, only)] ? only : Outcome.Worst(parts);
    }
}
