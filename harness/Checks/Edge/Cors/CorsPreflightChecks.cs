using System.Net;
using SseGateway.Harness.Checks.Edge.Limits;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Cors;

/// <summary>8.2 <c>cors/preflight</c>.</summary>
internal static class CorsPreflightChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Case("8.2.1", Direct = true)]
    public static Task<Outcome> LastEventIdAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var response = await edge.PreflightAsync(edge.StreamingRun().Path, cors.Origins[0], headers: "last-event-id");
        return Passes(response, cors, "GET", "last-event-id");
    });

    [Case("8.2.2", Direct = true)]
    public static Task<Outcome> PostWithTokenAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        // A server of its own may have nothing to POST to; a gateway is asked in any case.
        if (edge.IsDirect && (!cors.Methods.Contains("POST", StringComparer.OrdinalIgnoreCase)
            || !cors.Headers.Contains("authorization", StringComparer.OrdinalIgnoreCase)))
        {
            return Outcome.Skipped("the profile allows no POST with a token (cors.methods, cors.headers)");
        }

        var response = await edge.PreflightAsync(edge.StreamingRun().Path, cors.Origins[0], "POST", "authorization,content-type");
        return Passes(response, cors, "POST", "authorization", "content-type");
    });

    [Case("8.2.3", Direct = true)]
    public static Task<Outcome> NotAllowedAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var method = ((string[])["DELETE", "PUT", "PATCH"]).First(name => !cors.Methods.Contains(name, StringComparer.OrdinalIgnoreCase));
        var methods = await edge.PreflightAsync(edge.StreamingRun().Path, cors.Origins[0], method);
        var headers = await edge.PreflightAsync(edge.StreamingRun().Path, cors.Origins[0], "GET", "x-evil");
        return Outcome.Worst(
        [
            (method, NotListed(methods, "Access-Control-Allow-Methods", method)), ("x-evil", NotListed(headers, "Access-Control-Allow-Headers", "x-evil")),
        ]);
    });

    [Case("8.2.4", Direct = true)]
    public static Task<Outcome> OtherOriginAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, _) =>
    {
        var response = await edge.PreflightAsync(edge.StreamingRun().Path, CorsChecks.Evil, headers: "last-event-id");
        return CorsFields.Unreadable(response);
    });

    [Case("8.2.5", Direct = true, Serial = true, Seconds = 20)]
    public static async Task<Outcome> CheapAndAnonymousAsync(CheckContext check)
    {
        if (check.Profile.Cors is not { } cors)
        {
            return Outcome.Skipped("the profile declares no CORS of the target's own (cors)");
        }

        var parts = new List<(string, Outcome)>();
        if (check.Profile.Auth is { } auth)
        {
            var edge = await check.AtAsync(auth.Url, bare: true);
            parts.Add(("without a token", await AnonymousAsync(edge, cors)));
        }

        if (check.Profile.Limits is { } limits)
        {
            var edge = await check.AtAsync(limits.Url);
            using var full = await FullTarget.FillAsync(edge, limits);
            for (var i = 0; i < 20; i++)
            {
                parts.Add(("when full", await AnonymousAsync(edge, cors, EdgeRequests.NewAddress())));
            }

            full.LeaveOne();
            parts.Add(("a slot after 20 preflights", await full.OpenAsync(1, EdgeRequests.NewAddress)));
        }

        if (parts.Count == 0)
        {
            var edge = await check.AtAsync(cors.Url);
            parts.Add(("preflight", await AnonymousAsync(edge, cors)));
        }

        return Outcome.Worst(parts);
    }

    [Case("8.2.6", Direct = true)]
    public static Task<Outcome> CachingAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var response = await edge.PreflightAsync(edge.StreamingRun().Path, cors.Origins[0], headers: "last-event-id");
        var age = response.Head.Combined("Access-Control-Max-Age");
        var vary = response.Head.Members("Vary");
        var missing = ((string[])["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"])
            .Where(name => !vary.Contains("*") && !vary.Contains(name, StringComparer.OrdinalIgnoreCase))
            .ToArray();
        if (age != cors.MaxAge.ToString(null, null))
        {
            return Outcome.NonStrict($"Access-Control-Max-Age: {age ?? "none"} instead of {cors.MaxAge}");
        }

        return missing.Length == 0 ? Outcome.Ok() : Outcome.NonStrict($"Vary lacks {string.Join(", ", missing)}");
    });

    [Case("8.2.7", Direct = true)]
    public static Task<Outcome> PlainOptionsAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var (name, fields) in (IReadOnlyList<(string, string[])>)
            [("without Origin", ["Access-Control-Request-Method: GET"]), ("without Access-Control-Request-Method", [$"Origin: {cors.Origins[0]}"])])
        {
            var run = edge.NewRun();
            run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Wire.Bytes.Of("options"), edge.Cancellation, "Allow: GET, OPTIONS");
            var response = await edge.AskAsync(run.Path, fields, "OPTIONS");
            parts.Add((name, run.Exchanges.Count == 1 || response.Status == 405 || response.Head.Has("Allow")
                ? Outcome.Ok()
                : Outcome.NonStrict($"answered as a preflight, {response.Status}{(edge.IsDirect ? "" : ", the upstream not asked")}")));
        }

        return Outcome.Worst(parts);
    });

    private static Outcome Passes(ClientResponse response, CorsSetup cors, string method, params string[] headers)
    {
        if (response.Status is < 200 or > 299)
        {
            return Outcome.Failed($"{response.Status}: a browser takes only 2xx");
        }

        // GET, HEAD and POST are safelisted: they need not be listed (Fetch, CORS-preflight fetch).
        var methods = response.Head.Members("Access-Control-Allow-Methods");
        if (method is not ("GET" or "HEAD" or "POST") && !methods.Contains(method))
        {
            return Outcome.Failed($"Access-Control-Allow-Methods: {string.Join(", ", methods)} without {method}");
        }

        var listed = response.Head.Members("Access-Control-Allow-Headers");
        var missing = headers
            .Where(name => !listed.Contains(name, StringComparer.OrdinalIgnoreCase) && (cors.Credentials || name == "authorization" || !listed.Contains("*")))
            .ToArray();
        if (missing.Length > 0)
        {
            return Outcome.Failed($"Access-Control-Allow-Headers: {string.Join(", ", listed)} without {string.Join(", ", missing)}");
        }

        var readable = CorsFields.Readable(response, cors.Origins[0], cors);
        return readable.Verdict == Verdict.Ok && !methods.Contains(method) ? Outcome.NonStrict($"{method} is not listed; it is safelisted") : readable;
    }

    // Refused as a whole is as good as not listed: a browser lets neither through.
    private static Outcome NotListed(ClientResponse response, string field, string name) =>
        response.Head.Members(field).Any(member => member == "*" || member.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? Outcome.Failed($"{response.Status} with {field}: {response.Head.Combined(field)}")
            : Outcome.Ok();

    private static async Task<Outcome> AnonymousAsync(CheckContext edge, CorsSetup cors, IPAddress? from = null)
    {
        var run = edge.StreamingRun();
        var response = await edge.PreflightAsync(run.Path, cors.Origins[0], headers: "authorization", from: from);
        if (response.Status is < 200 or > 299)
        {
            return Outcome.Failed($"{response.Status}: a browser takes only 2xx, and sends no credentials");
        }

        if (response.IsEventStream)
        {
            return Outcome.Failed("answered with a stream");
        }

        var ending = await response.ReadToEndAsync(Soon);
        if (ending != Ending.Clean)
        {
            return Outcome.Failed($"its answer does not end: {ending}") with { Ending = ending, EndingRight = false };
        }

        return run.Exchanges.Count > 0 ? Outcome.Failed("the upstream was asked") : CorsFields.Readable(response, cors.Origins[0], cors);
    }
}
