using System.Net.Http.Headers;
using SseGateway.Harness.Checks.Edge.Cors;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using static SseGateway.Harness.Checks.Edge.Tokens.AuthCase;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>9.2 <c>auth/carrier</c>: where a token may be, and where it goes.</summary>
internal static class AuthCarrierChecks
{
    [Case("9.2.1", Direct = true)]
    public static Task<Outcome> EachCarrierAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var token = tokens.Make();
        var parts = new List<(string, Outcome)>
        {
            ("header", await (auth.Header ? AcceptedAsync(edge, [Bearer(token)]) : RefusedAsync(edge, [Bearer(token)]))),
            ("query", await (auth.Query is null ? RefusedAsync(edge, [], Query(auth, token)) : AcceptedAsync(edge, [], Query(auth, token)))),
            ("cookie", await (auth.Cookie is null ? RefusedAsync(edge, [Cookie(auth, token)]) : AcceptedAsync(edge, [Cookie(auth, token)]))),
        };
        if (auth.HeaderOnlyUrl is not null)
        {
            var headerOnly = await check.AtAsync(auth.HeaderOnlyUrl, bare: true);
            parts.Add(("query, disabled", await RefusedAsync(headerOnly, [], Query(auth, token))));
            parts.Add(("cookie, disabled", await RefusedAsync(headerOnly, [Cookie(auth, token)])));
            parts.Add(("header beside disabled ones", await AcceptedAsync(headerOnly, [Bearer(token)])));
        }

        return Outcome.Worst(parts);
    });

    [Case("9.2.2", Direct = true)]
    public static Task<Outcome> TwoCarriersAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var carriers = new List<(string Name, Func<string, (string[] Fields, string Query)> Put)>();
        if (auth.Header)
        {
            carriers.Add(("header", token => ([Bearer(token)], "")));
        }

        if (auth.Query is not null)
        {
            carriers.Add(("query", token => ([], Query(auth, token))));
        }

        if (auth.Cookie is not null)
        {
            carriers.Add(("cookie", token => ([Cookie(auth, token)], "")));
        }

        if (carriers.Count < 2)
        {
            return Outcome.Skipped("the profile has one carrier only");
        }

        var bad = tokens.MakeWith(tokens.Keys[0].Algorithm, tokens.Keys[0].KeyId, _ => new byte[64]);
        var (parts, orders) = (new List<(string, Outcome)>(), new List<string>());
        for (var i = 0; i < carriers.Count; i++)
        {
            for (var j = i + 1; j < carriers.Count; j++)
            {
                var first = await OpensAsync(edge, carriers[i].Put(tokens.Make()), carriers[j].Put(bad));
                var second = await OpensAsync(edge, carriers[i].Put(bad), carriers[j].Put(tokens.Make()));
                var pair = $"{carriers[i].Name} and {carriers[j].Name}";
                parts.Add((pair, first && second ? Outcome.Failed("any good one wins") : Outcome.Ok()));
                orders.Add(first || second ? $"{carriers[first ? i : j].Name} before {carriers[first ? j : i].Name}" : $"{pair} refused");
            }
        }

        return Outcome.Worst(parts) is { Verdict: not Verdict.Ok } worst ? worst : Outcome.Ok(string.Join(", ", orders));
    });

    [Case("9.2.3", Direct = true)]
    public static Task<Outcome> QueryTokenStaysPrivateAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        if (auth.Query is null)
        {
            return Outcome.Skipped("the profile has no query parameter for tokens (auth.query)");
        }

        var token = tokens.Make();
        var run = edge.StreamingRun();
        var parts = new List<(string, Outcome)>();
        foreach (var query in (string[])[$"?{auth.Query}={token}&x=1", $"?x=1&{auth.Query}={token}"])
        {
            var response = await edge.AskAsync(run.Path + query);
            if (!await response.IsTheStreamAsync())
            {
                return Outcome.Failed($"{response.Status} instead of the stream");
            }

            if (!edge.IsDirect)
            {
                var seen = run.Exchanges[^1].Request.Target;
                parts.Add(("what the upstream gets", auth.Forwarded == Forwarding.Forwarded || seen.EndsWith($"{run.Path}?x=1", StringComparison.Ordinal)
                    ? Outcome.Ok()
                    : Outcome.Failed($"{seen.Replace(token, "SECRET", StringComparison.Ordinal)} instead of ?x=1")));
            }

            var control = response.Head.Members("Cache-Control");
            parts.Add(("Cache-Control", control.Contains("no-store", StringComparer.OrdinalIgnoreCase)
                || control.Contains("private", StringComparer.OrdinalIgnoreCase)
                ? Outcome.Ok()
                : Outcome.Failed($"{CorsFields.Show("Cache-Control", control)}, without private or no-store")));
        }

        parts.Add((
            "upstream's fields", Leak(
            run.Exchanges.SelectMany(exchange => exchange.Request.Fields).Select(field => field.Value), token, auth.Forwarded == Forwarding.Forwarded)));
        parts.Add(("error page", await ErrorPageAsync(edge, auth, tokens)));
        parts.AddRange(await TracesAsync(check, auth, token));
        return Outcome.Worst(parts);
    });

    [Case("9.2.4", Direct = true)]
    public static Task<Outcome> CookieOfForeignPageAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        if (auth.Cookie is null)
        {
            return Outcome.Skipped("the profile has no cookie for tokens (auth.cookie)");
        }

        var parts = new List<(string, Outcome)>();
        foreach (var origin in (string[])[CorsChecks.Evil, "null"])
        {
            parts.Add(($"Origin: {origin}", await RefusedAsync(edge, [Cookie(auth, tokens.Make()), $"Origin: {origin}"], "", 401, 403)));
        }

        if (check.Profile.Cors is { Credentials: true } cors)
        {
            parts.Add(($"Origin: {cors.Origins[0]}", await AcceptedAsync(edge, [Cookie(auth, tokens.Make()), $"Origin: {cors.Origins[0]}"])));
        }

        return Outcome.Worst(parts);
    });

    [Case("9.2.5")]
    public static Task<Outcome> WhatTheUpstreamSeesAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var parts = new List<(string, Outcome)>();
        var token = tokens.Make();
        foreach (var (name, enabled, fields, query) in (IReadOnlyList<(string, bool, string[], string)>)
            [
                ("header", auth.Header, [Bearer(token)], ""), ("query", auth.Query is not null, [], Query(auth, token)),
                ("cookie", auth.Cookie is not null, [Cookie(auth, token) + "; theme=dark"], ""),
            ])
        {
            if (!enabled)
            {
                continue;
            }

            string[] forged = auth.SubjectHeader is null ? [] : [$"{auth.SubjectHeader}: mallory"];
            var run = edge.StreamingRun();
            var response = await edge.AskAsync(run.Path + query, [.. fields, .. forged]);
            if (!await response.IsTheStreamAsync())
            {
                return Outcome.Failed($"{name}: {response.Status} instead of the stream");
            }

            parts.Add((name, Judge(run.Exchanges[0].Request, auth, token, name)));
        }

        return Outcome.Worst(parts);
    });

    private static Outcome Judge(Wire.MessageHead request, AuthSetup auth, string token, string carrier)
    {
        var there = request.Fields.Any(field => field.Value.Contains(token, StringComparison.Ordinal))
            || request.Target.Contains(token, StringComparison.Ordinal);
        if (there != (auth.Forwarded == Forwarding.Forwarded))
        {
            return Outcome.Failed(there ? "the token is passed on" : "the token is not passed on");
        }

        if (auth.Forwarded == Forwarding.Replaced && !request.Has("Authorization"))
        {
            return Outcome.Failed("no credential in the token's place");
        }

        if (carrier == "cookie" && request.Combined("Cookie") is var cookies && cookies?.Contains("theme=dark", StringComparison.Ordinal) != true)
        {
            return Outcome.Failed($"the other cookie is gone: {cookies ?? "no Cookie"}");
        }

        return auth.SubjectHeader is { } header && (request.Values(header) is not [TokenMaker.Subject])
            ? Outcome.Failed($"{CorsFields.Show(header, request.Values(header))} instead of {TokenMaker.Subject}")
            : Outcome.Ok();
    }

    private static async Task<Outcome> ErrorPageAsync(CheckContext edge, AuthSetup auth, TokenMaker tokens)
    {
        var bad = tokens.MakeWith(tokens.Keys[0].Algorithm, tokens.Keys[0].KeyId, _ => new byte[64]);
        var (outcome, response) = await AskRefusedAsync(edge, [], $"?{auth.Query}={bad}&x=1");
        await response.ReadToEndAsync(TimeSpan.FromSeconds(2));
        return outcome.Verdict == Verdict.Ok
            ? Leak([.. response.Head.Fields.Select(field => field.Value), Wire.Bytes.Text(response.Body)], bad, false) : outcome;
    }

    private static async Task<List<(string, Outcome)>> TracesAsync(CheckContext check, AuthSetup auth, string token)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var log in auth.Logs)
        {
            await using var file = new FileStream(check.Profile.File(log), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            parts.Add((log, Leak([await reader.ReadToEndAsync(check.Cancellation)], token, false)));
        }

        if (check.Profile.Admin?.MetricsUrl is { } metrics)
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
            parts.Add(("metrics", Leak([await client.GetStringAsync(metrics, check.Cancellation)], token, false)));
        }

        return parts;
    }

    // The claims' part is enough to be recognised; the signature is what makes it a secret.
    private static Outcome Leak(IEnumerable<string> texts, string token, bool allowed)
    {
        var parts = token.Split('.');
        return !allowed && texts.Any(text => text.Contains(parts[1], StringComparison.Ordinal)
            || (parts[2].Length > 0 && text.Contains(parts[2], StringComparison.Ordinal)))
            ? Outcome.Failed("the token is in it")
            : Outcome.Ok();
    }

    private static async Task<bool> OpensAsync(CheckContext edge, (string[] Fields, string Query) one, (string[] Fields, string Query) other)
    {
        ClientResponse response = await edge.AskAsync(edge.StreamingRun().Path + one.Query + other.Query, [.. one.Fields, .. other.Fields]);
        return await response.IsTheStreamAsync();
    }

    private static string Query(AuthSetup auth, string token) => $"?{auth.Query ?? "access_token"}={token}";

    private static string Cookie(AuthSetup auth, string token) => $"Cookie: {auth.Cookie ?? "session"}={token}";
}
