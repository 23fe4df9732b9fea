using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Scripts;

/// <summary>Plays the first answer of a script's run to a request that came through the target, and compares what goes in with what comes out.</summary>
internal static class ScriptThroughTarget
{
    /// <param name="check">The case.</param>
    /// <param name="script">The script.</param>
    /// <param name="run">Which of its runs.</param>
    /// <param name="pair">What is spoken on both sides.</param>
    public static async Task<Outcome> RunAsync(CheckContext check, CaseScript script, ScriptRun run, ProtocolPair pair)
    {
        try
        {
            return await PlayAsync(check, script, run.Connections[0], run.UrlSuffix, pair);
        }
        catch (NotSeenException missing)
        {
            return Outcome.Failed(missing.Message);
        }
    }

    private static async Task<Outcome> PlayAsync(CheckContext check, CaseScript script, ScriptConnection connection, string urlSuffix, ProtocolPair pair)
    {
        var origin = check.NewRun();
        var encoded = connection.Steps.Any(
            step => step.Head?.Fields.Any(field => field.StartsWith("Content-Encoding:", StringComparison.OrdinalIgnoreCase)) == true);
        string[] fields = encoded ? ["Accept-Encoding: gzip"] : [];

        // A head that is held back may take as long as the script.
        var reading = new AnswerBeingRead(await check.RequestAsync(pair, "GET", origin.Path + urlSuffix, fields, Timeout.InfiniteTimeSpan), check.Cancellation);
        var exchange = await origin.NextAsync();
        if ((exchange.Protocol == "HTTP/2") != pair.OriginIsHttp2)
        {
            throw new InvalidOperationException($"set-up: the request for {pair.Name} came to the origin over {exchange.Protocol}");
        }

        if (encoded && check.Profile.Has("shares"))
        {
            // The first request is the target's own, for all clients: what is encoded it cannot share, and asks again for the one.
            await exchange.StartStreamAsync(check.Cancellation, "Content-Encoding: gzip");
            exchange = await origin.NextAsync("the client's own request, after an answer that cannot be shared");
        }

        await SendAsync(check, script, connection, exchange, (step, _) => AcknowledgeAsync(connection, step, reading, encoded));
        var sent = await SentStream.OfAsync(script, connection);
        var answer = await Patience.ForAsync(token => reading.Answer.WaitAsync(token), "the head of the answer", null, check.Cancellation);
        if (answer.Status == 502 && connection.Steps.Any(step =>
            step.Head?.Fields.Any(field => field.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) == true))
        {
            return Outcome.Ok("refused with 502: two lengths");
        }

        if (answer.Status != 200)
        {
            return Outcome.Failed($"status {answer.Status}");
        }

        if (answer.Head.ContentLength is { } length && length != sent.Body.Length && sent.Clean && !check.WithoutProxy)
        {
            return Outcome.Failed($"Content-Length {length} for a body of {sent.Body.Length} bytes");
        }

        return encoded ? EncodedBody.Judge(sent, answer, await EndingAsync(check, reading))
            : check.Profile.Has("shares") ? await JudgeSharedAsync(check, sent.Body, reading, answer)
            : BodyJudge.JudgeEnded(check.Profile, sent.Body, answer, await EndingAsync(check, reading), sent.Clean);
    }

    private static async Task SendAsync(
        CheckContext check, CaseScript script, ScriptConnection connection, OriginExchange exchange, Func<ScriptStep, CancellationToken, Task> acknowledge)
    {
        try
        {
            await ScriptPlayer.PlayAsync(script, connection, exchange, acknowledge, DeliveryProfile.Default, check.Cancellation);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            throw new NotSeenException($"the target closed its connection to the origin before the script was played: {gone.GetBaseException().Message}");
        }
    }

    // Lockstep, by the events that can be read. Where the answer is broken off it is not about that: who holds bytes back loses them with it. A
    // head that is held back is found out by 7.2.1.
    private static async Task AcknowledgeAsync(ScriptConnection connection, ScriptStep step, AnswerBeingRead reading, bool encoded)
    {
        var isBroken = step.AckOpen || connection.Steps.Any(other => other.Cut || other.Reset);
        try
        {
            await reading.WaitAsync(
                answer => step.AckOpen || (encoded ? EncodedBody.Events(answer) : answer.Events.Count) >= step.Ack,
                $"event {step.Ack} while the origin was silent",
                isBroken ? TargetAnswer.Soon : null);
        }
        catch (NotSeenException) when (isBroken && !reading.Ended.IsCompleted)
        {
            // Asked by 7.2.
        }
    }

    private static async Task<Ending> EndingAsync(CheckContext check, AnswerBeingRead reading)
    {
        try
        {
            return await Patience.ForAsync(token => reading.Ended.WaitAsync(token), "the end of the body", null, check.Cancellation);
        }
        catch (NotSeenException)
        {
            return Ending.Timeout;
        }
    }

    // A stream that is shared goes on when the origin ends: all that was meant has to be there, and then it is judged.
    private static async Task<Outcome> JudgeSharedAsync(CheckContext check, byte[] sent, AnswerBeingRead reading, TargetAnswer answer)
    {
        var meant = StreamMeaning.Of(sent);
        try
        {
            await reading.WaitAsync(read => read.Events.Count >= meant.Events.Count && BodyJudge.SameMeaning(meant, read.Meaning), "all events");
        }
        catch (NotSeenException)
        {
            // Then it is judged as it is.
        }

        return BodyJudge.Judge(sent, answer, check.Profile) with { Ending = answer.Ending ?? Ending.Open };
    }
}
