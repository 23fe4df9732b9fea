using SseGateway.Harness.Checks.Pages;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Delivery;

/// <summary>2.3 <c>delivery/size</c>: events that are larger than what a target that shares may want to keep.</summary>
internal static class LargeFirstEventChecks
{
    private const int First = 600_000;
    private const int Second = 900_000;
    private const int Clients = 3;
    private const int MostRequests = 3;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(15);

    // A target may hold the head back until something follows it.
    private static readonly TimeSpan HeldBack = TimeSpan.FromSeconds(3);

    [Case("2.3.13", Seconds = 60, Serial = true, Expected = "both events, whole, for each of three clients; NS: a client that had to ask more than twice")]
    public static async Task<Outcome> LargeEventsOfOneUrlAsync(CheckContext check)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = check.NewRun();
        run.Respond = exchange => AnswerAsync(check, exchange, open.Task, go.Task);
        var pages = Enumerable.Range(0, Clients).Select(_ => check.Keep(new Page(check, run.Path))).ToArray();

        // Who comes to a shared stream later than its first event has no right to it.
        await Task.WhenAll(pages.Select(OpenAsync));
        open.SetResult();
        await Task.WhenAll(pages.Select(page => page.NextAsync(read => read.Id == "1" && read.Data.Length == First, $"an event of {First} bytes", Late)));
        go.SetResult();
        await Task.WhenAll(pages.Select(page => page.NextAsync(read => read.Id == "2" && read.Data.Length == Second, $"an event of {Second} bytes", Late)));
        var (most, requests) = (pages.Max(page => page.Asked), run.Exchanges.Count);
        var text = $"{requests} request(s) at the origin; a client asked {most} time(s) at most";
        return most > MostRequests || requests > MostRequests * Clients ? Outcome.Failed(text) : most > 2 ? Outcome.NonStrict(text) : Outcome.Ok(text);
    }

    private static async Task OpenAsync(Page page)
    {
        try
        {
            await page.OpenAsync(HeldBack);
        }
        catch (NotSeenException)
        {
            // The events are asked for all the same, and what kept the head tells then.
        }
    }

    // Goes on from the cursor, as a service does that keeps its events.
    private static async Task AnswerAsync(CheckContext check, OriginExchange exchange, Task open, Task go)
    {
        await exchange.StartStreamAsync(check.Cancellation);
        if (exchange.Request.Combined("Last-Event-ID") is not ("1" or "2"))
        {
            await open.WaitAsync(check.Cancellation);
            await exchange.SendAsync($"id: 1\ndata: {new string('a', First)}\n\n", check.Cancellation);
        }

        if (exchange.Request.Combined("Last-Event-ID") != "2")
        {
            await go.WaitAsync(check.Cancellation);
            await exchange.SendAsync($"id: 2\ndata: {new string('b', Second)}\n\n", check.Cancellation);
        }
    }
}
