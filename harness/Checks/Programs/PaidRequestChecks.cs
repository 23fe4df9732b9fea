using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Checks.Edge.Limits;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Programs;

/// <summary>10.1 <c>limit</c>: what is not let in must not be paid for.</summary>
internal static class PaidRequestChecks
{
    // Anthropic's own "overloaded".
    private const int Overloaded = 529;

    [Case("10.1.13", Seconds = 30, Serial = true)]
    public static Task<Outcome> PostAtTheLimitAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        using var full = await FullTarget.FillAsync(edge, limits);
        return Outcome.Worst(
        [
            await Part.RunAsync("OpenAI", () => PostAsync(edge, limits, "/v1/chat/completions")),
            await Part.RunAsync("Anthropic", () => PostAsync(edge, limits, "/v1/messages", "anthropic-version: 2023-06-01")),
        ]);
    });

    private static async Task<Outcome> PostAsync(CheckContext edge, LimitSetup limits, string path, params string[] fields)
    {
        var run = edge.StreamingRun();
        var response = await edge.AskAsync(
            run.Path + path, ["Accept: application/json", "Content-Type: application/json", .. fields], "POST", ProgramRequest.Prompt,
            EdgeRequests.NewAddress());
        var status = response.Status;
        if (response.IsEventStream)
        {
            return Outcome.Failed(
                await response.IsTheStreamAsync() ? "the answer was streamed" : "refused as an event stream, which such a program takes for an answer");
        }

        if (run.Exchanges.Count > 0)
        {
            return response.Head.Combined("x-should-retry") == "false"
                ? Outcome.NonStrict($"{status}, and x-should-retry: false, but the origin was asked")
                : Outcome.Failed($"{status}, but the origin was asked, and will be again");
        }

        if (status != Overloaded && !limits.Statuses.Contains(status))
        {
            return Outcome.Failed($"{status} instead of {string.Join(" or ", limits.Statuses)}");
        }

        return response.Head.Combined("Retry-After") is { } after
            ? Outcome.Ok($"{status}, Retry-After: {after}")
            : Outcome.Failed($"{status} without Retry-After");
    }
}
