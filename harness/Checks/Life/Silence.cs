using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Life;

/// <summary>A hold in a stream.</summary>
internal static class Silence
{
    /// <summary>Reads while the origin says nothing.</summary>
    /// <returns>A failure when the stream ended or brought an event meanwhile; null when it did not.</returns>
    public static async Task<Outcome?> HoldAsync(CheckContext check, ClientResponse response, TimeSpan time)
    {
        var begun = check.Tap.Ms;
        var events = response.Events.Count;
        var ending = await response.ReadToEndAsync(time);
        check.Cancellation.ThrowIfCancellationRequested();
        if (ending != Ending.Timeout)
        {
            return Outcome.Failed($"the stream was ended ({ending}) after {(check.Tap.Ms - begun) / 1000:0.0} s of silence") with
            {
                Ending = ending,
                EndingRight = false,
            };
        }

        return response.Events.Count == events ? null : Outcome.Failed($"an event that nobody sent: {response.Events[^1]}");
    }

    /// <summary>Sends an event and waits for it; where it is held back, which 7.2 is about, it comes with the end.</summary>
    public static async Task<Outcome> BreakAsync(CheckContext check, OriginExchange exchange, ClientResponse response, int count, string actual)
    {
        await exchange.SendAsync("data: after\n\n", check.Cancellation);
        if (!await response.HasEventsSoonAsync(count))
        {
            await exchange.EndAsync(check.Cancellation);
            await response.WaitForEventsAsync(count, "the event after the silence");
        }

        return Outcome.Ok(actual) with { Ending = Ending.Open, EndingRight = true };
    }
}
