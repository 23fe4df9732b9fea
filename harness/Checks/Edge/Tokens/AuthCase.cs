using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>A case that is asked only of targets that take tokens the harness can make.</summary>
internal static class AuthCase
{
    public static async Task<Outcome> RunAsync(CheckContext check, Func<CheckContext, AuthSetup, TokenMaker, Task<Outcome>> judge) =>
        check.Profile.Auth is { } auth && auth.Keys.Count > 0
            ? await judge(await check.AtAsync(auth.Url, bare: true), auth, new TokenMaker(auth, check.Profile.File))
            : Outcome.Skipped("the profile declares no tokens (auth, with keys)");

    public static string Bearer(string token) => $"Authorization: Bearer {token}";

    /// <summary>The target opens the stream.</summary>
    public static async Task<Outcome> AcceptedAsync(CheckContext edge, IReadOnlyList<string> fields, string query = "")
    {
        var response = await edge.AskAsync(edge.StreamingRun().Path + query, fields);
        return await response.IsTheStreamAsync()
            ? Outcome.Ok() : Outcome.Failed($"{response.Status} {response.Head.Combined("WWW-Authenticate")} instead of the stream");
    }

    /// <summary>The target does not, and does not ask the upstream.</summary>
    /// <param name="edge">The case.</param>
    /// <param name="fields">Of the request.</param>
    /// <param name="query">Of the request, with its mark.</param>
    /// <param name="statuses">Which are right; none stands for 401.</param>
    public static async Task<Outcome> RefusedAsync(CheckContext edge, IReadOnlyList<string> fields, string query = "", params int[] statuses)
    {
        var (outcome, _) = await AskRefusedAsync(edge, fields, query, statuses);
        return outcome;
    }

    /// <summary>As <see cref="RefusedAsync"/>, with the answer.</summary>
    public static async Task<(Outcome Outcome, ClientResponse Response)> AskRefusedAsync(
        CheckContext edge, IReadOnlyList<string> fields, string query = "", params int[] statuses)
    {
        int[] right = statuses.Length == 0 ? [401] : statuses;
        var run = edge.StreamingRun();
        var response = await edge.AskAsync(run.Path + query, fields);
        if (response.IsEventStream)
        {
            return (Outcome.Failed(await response.IsTheStreamAsync() ? "the stream was opened" : "answered with an event stream"), response);
        }

        if (run.Exchanges.Count > 0)
        {
            return (Outcome.Failed($"{response.Status}, but the upstream was asked"), response);
        }

        return (right.Contains(response.Status) ? Outcome.Ok() : Outcome.Failed($"{response.Status} instead of {string.Join(" or ", right)}"), response);
    }
}
