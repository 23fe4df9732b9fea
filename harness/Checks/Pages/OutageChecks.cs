using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Pages;

/// <summary>7.4 <c>proxy/disconnect</c>: an upstream that is away for a while. Without a target between them a page comes back by itself.</summary>
internal static class OutageChecks
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    [Case("7.4.14", Seconds = 60, Serial = true,
        Expected = "both pages have events again; while the origin is gone a page is answered with 200 and an event stream, or not at all")]
    public static async Task<Outcome> AwayAndBackAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var (open, late) = (check.StreamingPage(), check.StreamingPage());
        await open.NextAsync(Any, "the first event of the page", TimeSpan.FromSeconds(5));
        var left = check.Tap.Ms;
        check.Origin.Leave();
        try
        {
            // Both go on asking meanwhile, unless the target keeps a stream open over the outage.
            var waiting = new[] { open, late }.Select(page => page.NextAsync(Any, "an event after the outage", Away + Late)).ToArray();
            await Task.WhenAny(Task.WhenAll(waiting), Task.Delay(Away, check.Cancellation));
            check.Origin.Return();
            return Outcome.Worst(
            [
                await Part.RunAsync("a page that was open", () => BackAsync(check, open, waiting[0], left)),
                await Part.RunAsync("a page that asks first while the origin is gone", () => BackAsync(check, late, waiting[1], left)),
            ]);
        }
        finally
        {
            check.Origin.Return();
        }
    }

    private static bool Any(Reading.SseEvent read) => read.Type == "message";

    private static Page StreamingPage(this CheckContext check)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: here\n\n", check.Cancellation);
        };
        return check.Keep(new Page(check, run.Path));
    }

    private static async Task<Outcome> BackAsync(CheckContext check, Page page, Task<Reading.SseEvent> waiting, double left)
    {
        await waiting;
        return Outcome.Ok($"an event {(check.Tap.Ms - left) / 1000:0.0} s after the origin went, request {page.Asked}");
    }
}
