using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.3 <c>sec/isolation</c>: nobody gets what is another's.</summary>
internal static class IsolationChecks
{
    private const int Rounds = 50;

    [Case("11.3.1", Seconds = 30, Serial = true)]
    public static async Task<Outcome> TwoUsersOfOneUrlAsync(CheckContext check)
    {
        if (check.Profile.Has("shares") && check.Profile.PartedBy is null)
        {
            return Outcome.Skipped("shares one stream among all clients of a URL; not declared in the profile: partedBy, the field that parts users");
        }

        var isPrompt = await Lockstep.IsPossibleAsync(check);
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            var user = UserOf(check, exchange);
            await exchange.StartStreamAsync(check.Cancellation, $"Set-Cookie: seen={user}");
            await exchange.SendAsync($"data: {user}\n\n", check.Cancellation);
            await (isPrompt ? exchange.PeerClosed.WaitAsync(check.Cancellation) : exchange.EndAsync(check.Cancellation));
        };
        for (var round = 1; round <= Rounds; round++)
        {
            var path = $"{run.Path}/{round}";
            var outcomes = await Task.WhenAll(AskAsync(check, path, $"ann{round}"), AskAsync(check, path, $"bob{round}"));
            if (outcomes.FirstOrDefault(outcome => outcome.Verdict != Verdict.Ok) is { } wrong)
            {
                return wrong with { Actual = $"round {round}: {wrong.Actual}" };
            }
        }

        return Outcome.Ok($"{Rounds} rounds of two users at once, {run.Exchanges.Count} requests at the origin");
    }

    [Case("11.3.2",
        Expected = "a path that leads to the closed one is answered by its rule, or is not that path at the origin; NS: dot segments passed on as they are")]
    public static async Task<Outcome> PathEscapeAsync(CheckContext check)
    {
        if (check.Profile.OpenPath is not { } open || check.Profile.ClosedPath is not { } closed)
        {
            return Outcome.Skipped("not declared in the profile: openPath and closedPath");
        }

        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        string[] ways = [$"{open}/..{closed}", $"{open}/%2e%2e{closed}", $"{open}//..{closed}", $"{open};/..{closed}",
            $"{open}%2f..%2f{closed.TrimStart('/')}"];
        var parts = new List<(string, Outcome)> { (closed, await ReachAsync(check, closed, closed)) };
        foreach (var way in ways)
        {
            parts.Add((way, await ReachAsync(check, way, closed)));
        }

        return Outcome.Worst(parts);
    }

    // What a user is told by: who has tokens of his own sends ours in a cookie.
    private static string[] FieldsOf(CheckContext check, string user)
    {
        string[] parted = check.Profile.PartedBy is { } name ? [$"{name}: {user}"] : [];
        return check.Profile.Fields.Any(field => field.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))
            ? [$"Cookie: user={user}", .. parted]
            : [$"Authorization: Bearer {user}", $"Cookie: user={user}", .. parted];
    }

    private static string UserOf(CheckContext check, OriginExchange exchange)
    {
        var cookie = exchange.Request.Combined("Cookie");
        return (check.Profile.PartedBy is { } name ? exchange.Request.Combined(name) : null)
            ?? (cookie?.StartsWith("user=", StringComparison.Ordinal) == true ? cookie[5..] : null)
            ?? exchange.Request.Combined("Authorization")?.Replace("Bearer ", "", StringComparison.Ordinal)
            ?? "nobody";
    }

    private static async Task<Outcome> AskAsync(CheckContext check, string path, string user)
    {
        var connection = await check.RequestAsync("GET", path, FieldsOf(check, user));
        var response = await connection.ReadResponseAsync();
        await response.WaitForEventsAsync(1, $"the event of {user}");
        connection.Leave();
        var cookies = response.Head.Values("Set-Cookie").Where(cookie => cookie.StartsWith("seen=", StringComparison.Ordinal)).ToArray();
        var events = string.Join(",", response.Events.Where(seen => seen.Type == "message").Select(seen => seen.Data));
        return events != user
            ? Outcome.Failed($"{user} got the events [{events}]")
            : cookies is [] || cookies is [var cookie] && cookie == $"seen={user}"
            ? Outcome.Ok()
            : Outcome.Failed($"{user} got {string.Join(" and ", cookies)}");
    }

    private static async Task<Outcome> ReachAsync(CheckContext check, string path, string closed)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", "reached"u8.ToArray(), check.Cancellation);
        var connection = await check.RequestAsync("GET", path + run.Path);
        var response = await connection.TryReadResponseAsync();
        if (run.Exchanges is not [var exchange, ..])
        {
            return Outcome.Ok($"answered {response?.Status}");
        }

        var target = exchange.Request.Target;
        return target.StartsWith(closed, StringComparison.OrdinalIgnoreCase)
            ? Outcome.Failed($"reached the origin as {target}")
            : target.Split('/').Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) == "..")
                ? Outcome.NonStrict($"passed on as {target}: an origin that resolves it is at {closed}")
                : Outcome.Ok($"passed on as {target}");
    }
}
