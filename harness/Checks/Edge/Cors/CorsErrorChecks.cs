using SseGateway.Harness.Checks.Edge.Limits;
using SseGateway.Harness.Checks.Edge.Tokens;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Cors;

/// <summary>8.3 <c>cors/errors</c>.</summary>
internal static class CorsErrorChecks
{
    [Case("8.3.1", Direct = true, Serial = true, Seconds = 30)]
    public static Task<Outcome> OfTheTargetAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var profile = check.Profile;
        string[] origin = [$"Origin: {cors.Origins[0]}"];
        var parts = new List<(string, Outcome)>();
        void Judge(int status, ClientResponse response) => parts.Add((
            response.Status == status ? $"{status}" : $"{response.Status} for {status}",
            response.Status < 400 ? Outcome.Failed("no error came") : CorsFields.Readable(response, cors.Origins[0], cors)));

        if (profile.Auth is { } auth)
        {
            var asked = await check.AtAsync(auth.Url, bare: true);
            Judge(401, await asked.AskAsync(asked.StreamingRun().Path, origin));
            if (auth.ScopeUrl is not null)
            {
                var scoped = await check.AtAsync(auth.ScopeUrl, bare: true);
                Judge(403, await scoped.AskAsync(
                    scoped.StreamingRun().Path, [.. origin, $"Authorization: Bearer {new TokenMaker(auth, profile.File).Make()}"]));
            }
        }

        if (profile.Limits is { } limits)
        {
            var limited = await check.AtAsync(limits.Url);
            using var full = await FullTarget.FillAsync(limited, limits);
            Judge(429, await limited.AskAsync(limited.StreamingRun().Path, origin, from: EdgeRequests.NewAddress()));
        }

        if (!edge.IsDirect)
        {
            var cut = edge.NewRun();
            cut.Respond = exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            };
            Judge(502, await edge.AskAsync(cut.Path, origin));
        }

        foreach (var error in profile.Errors)
        {
            var there = await check.AtAsync(error.Url);
            Judge(error.Status, await there.AskAsync(there.NewRun().Path, origin, error.Method, error.BodyBytes > 0 ? new byte[error.BodyBytes] : null));
        }

        if (parts.Count == 0)
        {
            return Outcome.Skipped("the profile tells of no error of the server's own (auth, limits, errors)");
        }

        var outcome = Outcome.Worst(parts);
        return outcome.Verdict == Verdict.Ok ? Outcome.Ok($"readable: {string.Join(", ", parts.Select(part => part.Item1))}") : outcome;
    });

    [Case("8.3.2")]
    public static Task<Outcome> OfTheUpstreamAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var status in (int[])[401, 404, 500, 503])
        {
            var run = edge.NewRun();
            run.Respond = exchange => exchange.AnswerAsync(status, "text/plain", Wire.Bytes.Of("no"), edge.Cancellation);
            var response = await edge.AskAsync(run.Path, [$"Origin: {cors.Origins[0]}"]);
            parts.Add(($"upstream's {status}", CorsFields.Readable(response, cors.Origins[0], cors)));
        }

        return Outcome.Worst(parts);
    });

    [Case("8.3.3", Direct = true)]
    public static Task<Outcome> ExposedAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var response = await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {cors.Origins[0]}"]);
        var exposed = response.Head.Members("Access-Control-Expose-Headers");
        var missing = cors.Exposed.Where(name => !exposed.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray();
        return missing.Length == 0
            ? Outcome.Ok($"exposed: {string.Join(", ", exposed)}")
            : Outcome.NonStrict($"Access-Control-Expose-Headers: {string.Join(", ", exposed)} without {string.Join(", ", missing)}");
    });
}
