using SseGateway.Harness.Checks.Pages;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.2 <c>life/end</c>: an upstream that ends the stream that several share.</summary>
internal static class CleanEndChecks
{
    private const int Events = 3;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    [Case("4.2.9", Seconds = 60,
        Expected = "1,2,3 once, CLEAN, with a retry (NS: without one); no request while nobody listens; the next client has 1,2,3 too")]
    public static async Task<Outcome> SharedStreamEndsAsync(CheckContext check)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync(string.Concat(Enumerable.Range(1, Events).Select(i => $"data: {i}\n\n")), check.Cancellation);
            await exchange.EndAsync(check.Cancellation);
        };

        using var page = new Page(check, run.Path);
        await page.NextAsync(read => read.Data == "3", "the third event", Late);
        var response = page.Response!;
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(5));
        var data = string.Join(",", response.Events.Where(read => read.Type == "message").Select(read => read.Data));
        var text = $"events [{data}], {ending}, {run.Exchanges.Count} request(s) at the origin";
        page.Dispose();
        if (ending != Ending.Clean || data != "1,2,3")
        {
            return Outcome.Failed(text) with { Ending = ending, EndingRight = ending == Ending.Clean };
        }

        // A request that was on its way may still come; none may come from now on, when nobody listens.
        await Task.Delay(TimeSpan.FromSeconds(check.Profile.LingerSeconds + 0.5), check.Cancellation);
        var asked = run.Exchanges.Count;
        await Task.Delay(TimeSpan.FromSeconds(2), check.Cancellation);
        if (run.Exchanges.Count > asked)
        {
            return Outcome.Failed($"{run.Exchanges.Count - asked} request(s) at the origin in 2 s while nobody listened; {text}");
        }

        using var next = new Page(check, run.Path);
        await next.NextAsync(read => read.Data == "3", "the events of the next client", Late);
        return (response.Meaning.Retry is null ? Outcome.NonStrict($"without a retry: {text}") : Outcome.Ok(text)) with { Ending = ending, EndingRight = true };
    }
}
