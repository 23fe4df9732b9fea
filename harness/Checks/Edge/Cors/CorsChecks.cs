using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Cors;

/// <summary>8.1 <c>cors/simple</c>.</summary>
internal static class CorsChecks
{
    public const string Evil = "https://evil.example";

    [Case("8.1.1", Direct = true)]
    public static Task<Outcome> AllowedOriginAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var origin in cors.Origins)
        {
            var response = await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {origin}"]);
            var readable = CorsFields.Readable(response, origin, cors);
            parts.Add((origin, response.IsEventStream ? readable : Outcome.Failed($"{response.Status} instead of the stream")));
        }

        return Outcome.Worst(parts);
    });

    [Case("8.1.2", Direct = true)]
    public static Task<Outcome> OtherOriginAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, _) =>
    {
        var response = await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {Evil}"]);
        return response.Status is not (200 or 403)
            ? Outcome.Failed($"{response.Status} instead of 200 without {CorsFields.AllowOrigin}, or 403")
            : CorsFields.Both(CorsFields.Unreadable(response), () => CorsFields.Varies(response));
    });

    [Case("8.1.3", Direct = true)]
    public static Task<Outcome> NoOriginAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, _) =>
    {
        var response = await edge.AskAsync(edge.StreamingRun().Path);
        return response.IsEventStream ? CorsFields.Varies(response) : Outcome.Failed($"{response.Status} instead of the stream");
    });

    [Case("8.1.4", Direct = true)]
    public static Task<Outcome> NullOriginAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        if (cors.Origins.Contains("null"))
        {
            return Outcome.Skipped("the profile lists the origin null");
        }

        var response = await edge.AskAsync(edge.StreamingRun().Path, ["Origin: null"]);
        return CorsFields.Unreadable(response);
    });

    [Case("8.1.5", Direct = true)]
    public static Task<Outcome> LookAlikesAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var good = new Uri(cors.Origins[0]);
        var otherScheme = good.Scheme == Uri.UriSchemeHttps ? "http" : "https";
        string[] origins =
        [
            $"{good.Scheme}://{good.Authority}.evil.test", $"{good.Scheme}://evil{good.Authority}", $"{otherScheme}://{good.Authority}",
            $"{good.Scheme}://{good.Host}:8443",
            $"{cors.Origins[0]}/", $"{cors.Origins[0]}, {Evil}",
        ];
        var parts = new List<(string, Outcome)>();
        foreach (var origin in origins)
        {
            var response = await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {origin}"]);
            parts.Add((origin, CorsFields.Unreadable(response)));
        }

        return Outcome.Worst(parts);
    });

    [Case("8.1.6", Direct = true, Seconds = 60)]
    public static async Task<Outcome> StarWithCredentialsAsync(CheckContext check)
    {
        if (check.Profile.Cors is not { } cors || (cors.StarCommand is null && cors.StarUrl is null))
        {
            return Outcome.Skipped("the profile says no way to set up * with credentials (cors.starCommand, cors.starUrl)");
        }

        await using var started = cors.StarCommand is { } command ? StartedTarget.Start(command, check.Profile.Folder) : null;
        if (started is not null && await started.ExitAsync(cors.StarUrl, check.Cancellation) is { } exit)
        {
            return exit.Code == 0
                ? Outcome.Failed("the start was given up with exit code 0") : Outcome.Ok($"refused at start, exit code {exit.Code}: {exit.Error}");
        }

        if (cors.StarUrl is null)
        {
            return Outcome.Skipped("it starts, and the profile does not say where it listens (cors.starUrl)");
        }

        var edge = await check.AtAsync(cors.StarUrl);
        var response = await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {Evil}"]);
        var allowed = response.Head.Combined(CorsFields.AllowOrigin);
        var credentials = response.Head.Combined("Access-Control-Allow-Credentials") == "true";
        return credentials && allowed is not null
            ? Outcome.Failed($"a page of any origin reads with the user's cookies: {CorsFields.AllowOrigin}: {allowed} with Allow-Credentials: true")
            : Outcome.Ok($"{CorsFields.AllowOrigin}: {allowed ?? "none"}, {(credentials ? "with" : "without")} credentials");
    }

    [Case("8.1.7")]
    public static Task<Outcome> ExactlyOneAsync(CheckContext check) => CorsCase.RunAsync(check, async (edge, cors) =>
    {
        var run = edge.StreamingRun("Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: false", "Vary: Accept-Encoding");
        var response = await edge.AskAsync(run.Path, [$"Origin: {cors.Origins[0]}"]);
        var foreign = await edge.AskAsync(run.Path, [$"Origin: {Evil}"]);
        return Outcome.Worst(
        [
            ("allowed origin", CorsFields.Readable(response, cors.Origins[0], cors)), ("other origin", CorsFields.Unreadable(foreign)),
        ]);
    });

    [Case("8.1.8", Direct = true)]
    public static Task<Outcome> SubdomainsAsync(CheckContext check) => CorsCase.RunAsync(check, async (_, cors) =>
    {
        if (cors.WildcardUrl is null)
        {
            return Outcome.Skipped("the profile does not say where https://*.example.com is allowed (cors.wildcardUrl)");
        }

        var edge = await check.AtAsync(cors.WildcardUrl);
        var response = await edge.AskAsync(edge.StreamingRun().Path, ["Origin: https://a.example.com"]);
        var parts = new List<(string, Outcome)> { ("https://a.example.com", CorsFields.Readable(response, "https://a.example.com", cors)) };
        foreach (var origin in (string[])["https://example.com", "https://a.example.com.evil.test", "https://aexample.com"])
        {
            parts.Add((origin, CorsFields.Unreadable(await edge.AskAsync(edge.StreamingRun().Path, [$"Origin: {origin}"]))));
        }

        return Outcome.Worst(parts);
    });
}
