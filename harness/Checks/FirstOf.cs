using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks;

/// <summary>What a target does with a request: it asks the origin, or answers by itself.</summary>
internal static class FirstOf
{
    /// <returns>The request at the origin, or the target's own answer; neither when the target closed without one.</returns>
    /// <exception cref="NotSeenException">Nothing of it came in time.</exception>
    public static async Task<(OriginExchange? Exchange, ClientResponse? Answer)> AnswerOrRequestAsync(
        CheckContext check, OriginRun run, ClientConnection connection, TimeSpan? limit = null)
    {
        var arrived = connection.Reader.LookAheadAsync(check.Cancellation);
        var asked = run.NextAsync("a request at the origin, or an answer", limit);
        if (await Task.WhenAny(asked, arrived) == asked)
        {
            return (await asked, null);
        }

        _ = asked.ContinueWith(static late => late.Exception, TaskContinuationOptions.ExecuteSynchronously);
        return (null, await connection.TryReadResponseAsync(limit: limit));
    }
}
