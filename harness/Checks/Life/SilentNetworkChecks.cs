using SseGateway.Harness.Checks.Disconnect;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.1 <c>life/idle</c>: a network that carries nothing for a while, as in a tunnel, or not everything, and then works again.</summary>
internal static class SilentNetworkChecks
{
    private const int Streams = 5;

    // TCP waits longer after each try that nobody acknowledged, up to about as long as the silence was.
    private const double MostSeconds = 120;

    [Case("4.1.10", Seconds = 300, Serial = true, Expected = "no stream is ended; all events once and in order")]
    public static async Task<Outcome> SilentForAWhileAsync(CheckContext check)
    {
        return check.Profile.Silence is { Seconds: <= MostSeconds } silence
            ? await SendMeanwhileAsync(check, silence, TimeSpan.FromSeconds(1))
            : Outcome.Skipped(
                "not declared in the profile: silence, the commands that drop the packets between the target and its clients and end it, "
                    + $"for at most {MostSeconds:0} s");
    }

    [Case("4.1.16", Seconds = 300, Serial = true, Expected = "no stream is ended; all events once and in order")]
    public static async Task<Outcome> LossyForAWhileAsync(CheckContext check)
    {
        return check.Profile.Loss is { Seconds: <= MostSeconds } loss
            ? await SendMeanwhileAsync(check, loss, TimeSpan.FromMilliseconds(100))
            : Outcome.Skipped(
                "not declared in the profile: loss, the commands that drop some of the packets between the target and its clients at random and end it, "
                    + $"for at most {MostSeconds:0} s");
    }

    private static async Task<Outcome> SendMeanwhileAsync(CheckContext check, SilentNetwork silence, TimeSpan pause)
    {
        var streams = new List<(OriginExchange Exchange, ClientResponse Response)>();
        for (var i = 0; i < Streams; i++)
        {
            streams.Add(await check.OpenAsync());
        }

        await SendAsync(check, streams, 1);
        await Task.WhenAll(streams.Select(stream => stream.Response.WaitForEventsAsync(1)));
        await ShellCommand.ExecuteAsync(silence.Drop, check.Cancellation);
        var sent = 1;
        try
        {
            for (var until = check.Tap.Ms + (silence.Seconds * 1000); check.Tap.Ms < until; await Task.Delay(pause, check.Cancellation))
            {
                await SendAsync(check, streams, ++sent);
            }
        }
        finally
        {
            await ShellCommand.ExecuteAsync(silence.Undo, CancellationToken.None);
        }

        var back = check.Tap.Ms;
        await SendAsync(check, streams, ++sent);
        var parts = await Task.WhenAll(
            streams.Select((stream, i) => Part.RunAsync($"stream {i + 1}", () => JudgeAsync(check, stream.Response, sent, back, silence.Seconds))));
        return Outcome.Worst(parts) is { Verdict: not Verdict.Ok } worst
            ? worst
            : Outcome.Ok(
                $"{sent} events on each of {Streams} streams, the last {(check.Tap.Ms - back) / 1000:0.0} s after the network was back") with
            {
                Ending =
                Ending.Open,
                EndingRight = true
            };
    }

    // A target that has given a client up has closed its connection here too.
    private static Task SendAsync(CheckContext check, List<(OriginExchange Exchange, ClientResponse Response)> streams, int number) =>
        Task.WhenAll(streams.Select(async stream =>
    {
        try
        {
            await stream.Exchange.SendAsync($"data: {number}\n\n", check.Cancellation);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // What the client has is looked at.
        }
    }));

    private static async Task<Outcome> JudgeAsync(CheckContext check, ClientResponse response, int sent, double back, double seconds)
    {
        await response.WaitForEventsAsync(sent, $"all of {sent} events", TimeSpan.FromSeconds(seconds + 20));
        return response.Events.Where(read => read.Type == "message").Select(read => read.Data).SequenceEqual(Enumerable.Range(1, sent).Select(i => $"{i}"))
            ? Outcome.Ok($"{sent} events, {(check.Tap.Ms - back) / 1000:0.0} s after the network was back")
            : Outcome.Failed($"not each event once and in order: {Bytes.Escape(response.Body)}");
    }
}
