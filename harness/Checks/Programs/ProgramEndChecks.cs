using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Checks.Edge.Tokens;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Programs;

/// <summary>9.3 <c>auth/time</c> and 10.1 <c>limit</c>: the stream of a program that the target ends by a rule of its own.</summary>
internal static class ProgramEndChecks
{
    private const int LifeSeconds = 4;

    [Case("9.3.5", Seconds = 30)]
    public static Task<Outcome> TokenEndsAsync(CheckContext check) => AuthCase.RunAsync(check, (edge, auth, tokens) =>
    {
        var exp = DateTimeOffset.UtcNow.AddSeconds(LifeSeconds).ToUnixTimeSeconds();
        var token = tokens.Make(claims: claims => claims["exp"] = exp);
        return EachAsync(edge, LifeSeconds + auth.ClockSkew + 3, AuthCase.Bearer(token));
    });

    [Case("10.1.14", Seconds = 40)]
    public static async Task<Outcome> LongestLifeAsync(CheckContext check) =>
        check.Profile.Limits?.Life is { } life
            ? await EachAsync(await check.AtAsync(life.Url), life.Seconds + 3)
            : Outcome.Skipped("the profile does not say where streams live no longer (limits.life)");

    private static async Task<Outcome> EachAsync(CheckContext edge, double seconds, params string[] fields) =>
        Outcome.Worst(await Task.WhenAll(
            ProgramRequest.Accepts.Select(accept => Part.RunAsync(accept, () => ReadAsync(edge, TimeSpan.FromSeconds(seconds), [accept, .. fields])))));

    private static async Task<Outcome> ReadAsync(CheckContext edge, TimeSpan limit, string[] fields)
    {
        var run = edge.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(edge.Cancellation);
            while (true)
            {
                await exchange.SendAsync("data: token\n\n", edge.Cancellation);
                await Task.Delay(10, edge.Cancellation);
            }
        };
        var response = await edge.AskAsync(run.Path, fields);
        if (!response.IsEventStream)
        {
            throw new NotSeenException($"the stream: {response.Status}");
        }

        var begun = edge.Tap.Ms;
        var ending = await response.ReadToEndAsync(limit);
        return ProgramRequest.Judge(response, ending, read =>
            read is { Type: "message", Data: "token" }, $"{response.Events.Count} events, {ending} after {(edge.Tap.Ms - begun) / 1000:0.0} s");
    }
}
