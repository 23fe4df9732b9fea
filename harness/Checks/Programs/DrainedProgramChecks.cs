using SseGateway.Harness.Checks.Disconnect;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Programs;

/// <summary>7.4 <c>proxy/disconnect</c>: what programs get of a target that is stopped.</summary>
internal static class DrainedProgramChecks
{
    private static readonly TimeSpan Thought = TimeSpan.FromSeconds(1);

    [Case("7.4.15", Seconds = 120, Serial = true)]
    public static Task<Outcome> LateHeadAsync(CheckContext check) => DrainedInstance.RunAsync(check, async instance =>
    {
        var run = check.NewRun();
        var connection = await instance.Part.RequestAsync(
            "POST", run.Path + "/v1/chat/completions", ["Accept: application/json", "Content-Type: application/json"], ProgramRequest.Prompt);
        var exchange = await run.NextAsync();
        await exchange.ReadBodyToEndAsync(check.Cancellation);
        var stopping = instance.StopAsync();
        await Task.Delay(Thought, check.Cancellation);
        try
        {
            await exchange.StartStreamAsync(check.Cancellation);
            for (var i = 1; i <= 3; i++)
            {
                await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            }

            await exchange.EndAsync(check.Cancellation);
        }
        catch (IOException)
        {
            // It has closed the upstream's connection: what the client has of it is looked at.
        }

        var response = await connection.TryReadResponseAsync();
        if (response is not { IsEventStream: true })
        {
            return Outcome.Failed($"{(response is null ? "closed without an answer" : $"answered {response.Status}")} after the origin was asked");
        }

        var ending = await response.ReadToEndAsync();
        await stopping;
        var text = $"{response.Events.Count} of 3 events, {ending}";
        return (ending == Ending.Clean && response.Events.Count == 3
            ? Outcome.Ok(text) : Outcome.Failed(text)) with
        { Ending = ending, EndingRight = ending == Ending.Clean };
    });

    [Case("7.4.16", Seconds = 120, Serial = true)]
    public static Task<Outcome> OpenStreamAsync(CheckContext check) => DrainedInstance.RunAsync(check, async instance =>
    {
        var streams = new List<(string Accept, ClientResponse Response)>();
        foreach (var accept in ProgramRequest.Accepts)
        {
            var (exchange, response) = await instance.Part.OpenAsync(fields: [accept]);
            await exchange.SendAsync("data: half\n\n", check.Cancellation);
            await response.WaitForEventsAsync(1);
            streams.Add((accept, response));
        }

        var begun = check.Tap.Ms;
        var stopping = instance.StopAsync();
        var parts = await Task.WhenAll(streams.Select(stream => Part.RunAsync(stream.Accept, async () =>
        {
            var ending = await stream.Response.ReadToEndAsync(TimeSpan.FromSeconds(instance.Seconds + 2));
            return ProgramRequest.Judge(
                stream.Response, ending, read => read is { Type: "message", Data: "half" }, $"{ending} after {(check.Tap.Ms - begun) / 1000:0.0} s");
        })));
        await stopping;
        return Outcome.Worst(parts);
    });
}
