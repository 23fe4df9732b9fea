using System.Security.Cryptography;
using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Checks.Life;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Llm;

/// <summary>6.1 <c>llm</c>: a POST answered with a stream.</summary>
internal sealed class LlmStreamChecks
{
    private static readonly byte[] Prompt = Bytes.Utf8($$"""{"stream":true,"prompt":"{{new string('p', 2048 - 28)}}"}""");

    [Case("6.1.1")]
    public static async Task<Outcome> PostAnsweredWithAStreamAsync(CheckContext check)
    {
        var (exchange, response) = await PostAsync(check);
        var (body, _) = await exchange.ReadBodyToEndAsync(check.Cancellation);
        if (!body.AsSpan().SequenceEqual(Prompt))
        {
            return Outcome.Failed($"the request's body came with {body.Length} bytes in place of {Prompt.Length}, or others");
        }

        for (var i = 1; i <= 50; i++)
        {
            await exchange.SendAsync($$"""data: {"i":{{i}}}""" + "\n\n", check.Cancellation);
            await response.WaitForEventsAsync(i, $"event {i} while the origin was silent");
        }

        return Outcome.Ok("50 events, each before the next");
    }

    [Case("6.1.3")]
    public static Task<Outcome> TypedEventsAsync(CheckContext check) => PlayAsync(
        check,
        """
        event: message_start
        data: {"type":"message_start"}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta"}


        """);

    [Case("6.1.4")]
    public static Task<Outcome> ErrorAfter200Async(CheckContext check) =>
        PlayAsync(check, "data: {\"i\":1}\n\ndata: {\"i\":2}\n\nevent: error\ndata: {\"type\":\"error\"}\n\n");

    [Case("6.1.7")]
    public static async Task<Outcome> UserStopsTheAnswerAsync(CheckContext check)
    {
        var (exchange, response) = await PostAsync(check);
        await exchange.ReadBodyToEndAsync(check.Cancellation);
        for (var i = 1; i <= 5; i++)
        {
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
        }

        await response.HasEventsSoonAsync(5);
        var left = check.Tap.Ms;
        response.Connection.Leave();
        var after = await exchange.WaitForPeerCloseAsync(TimeSpan.FromSeconds(5), check.Cancellation) - left;
        return after <= 1000 ? Outcome.Ok($"the origin saw it after {after:0} ms") : Outcome.NonStrict($"the origin saw it only after {after:0} ms");
    }

    [Case("6.1.8", Seconds = 120)]
    public static async Task<Outcome> LongThinkingAsync(CheckContext check)
    {
        var (exchange, response) = await PostAsync(check);
        var head = response.HasHead ? "head at the start" : "head held back";
        return await Silence.HoldAsync(check, response, TimeSpan.FromSeconds(90)) is { } cut
            ? cut
            : await Silence.BreakAsync(check, exchange, response, 1, $"{head}, event after 90 s");
    }

    [Case("6.1.12", Seconds = 30)]
    public static async Task<Outcome> LargePromptAsync(CheckContext check)
    {
        var prompt = new byte[10_000_000];
        new Random(check.Seed).NextBytes(prompt);
        var run = check.NewRun();
        var connection = await check.ConnectAsync();
        var sending = connection.SendRequestAsync(
            "POST", run.Path, ["Accept: text/event-stream", "Content-Type: application/octet-stream", .. check.Profile.Fields], prompt);
        OriginExchange exchange;
        try
        {
            exchange = await run.NextAsync("the request with 10 MB");
        }
        catch (NotSeenException)
        {
            var refused = await connection.ReadResponseAsync();
            return refused.Status == 413 ? Outcome.NonStrict("refused with 413 (limit of the target)") : Outcome.Failed($"answered with {refused.Status}");
        }

        var (body, _) = await exchange.ReadBodyToEndAsync(check.Cancellation);
        await sending;
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(SHA256.HashData(prompt)))
        {
            return Outcome.Failed($"{body.Length} bytes arrived, not those sent");
        }

        var answer = Bytes.Utf8(string.Concat(Enumerable.Range(1, 10).Select(i => $"data: {i}\n\n")));
        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync(answer, check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        var judged = await BodyJudge.JudgeToEndAsync(check, answer, await connection.ReadResponseAsync());
        return judged with { Actual = $"10 MB unchanged, then 10 events: {judged.Actual}" };
    }

    private static Task<(OriginExchange Exchange, ClientResponse Response)> PostAsync(CheckContext check) =>
        check.OpenAsync(fields: ["Content-Type: application/json"], method: "POST", body: Prompt);

    private static async Task<Outcome> PlayAsync(CheckContext check, string stream)
    {
        var (exchange, response) = await PostAsync(check);
        await exchange.ReadBodyToEndAsync(check.Cancellation);
        var body = Bytes.Utf8(stream.ReplaceLineEndings("\n"));
        await exchange.SendAsync(body, check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        return await BodyJudge.JudgeToEndAsync(check, body, response);
    }
}
