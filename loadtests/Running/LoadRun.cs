using LoadTests.Report;
using LoadTests.Running.Samples;

namespace LoadTests.Running;

/// <summary>One run of a scenario, from its start to the report.</summary>
internal sealed class LoadRun(LoadScenario scenario, IRunner runner, IReadOnlyList<string> commandLine, string folder)
{
    // For the events that are on their way when no more are produced, and what a client has to catch up with.
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(30);

    /// <summary>Runs it; Ctrl+C and failures on the way still give a report of what was seen.</summary>
    /// <exception cref="IOException">What is put under load could not be started.</exception>
    public async Task<LoadOutcome> RunAsync(CancellationToken cancellation)
    {
        await using var bed = await scenario.StartAsync(cancellation);
        await using var clients = runner.CreateClients(scenario.Crowd, bed.Place, commandLine, folder);
        var progress = new ProgressLine(Console.Error, runner.ShowsProgress);
        var timeline = new Timeline(bed, clients, progress.Tell);
        using var sampled = new CancellationTokenSource();
        var sampling = timeline.RunAsync(sampled.Token);
        var requirements = new Requirements();
        var interrupted = false;
        try
        {
            await clients.StartAsync(cancellation);
            await ConductAsync(new Conductor(scenario, bed, clients, timeline), cancellation);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or TimeoutException or HttpRequestException)
        {
            interrupted = true;
            requirements.Add("the run comes to its end", false, failure is OperationCanceledException ? "interrupted" : failure.Message);
        }

        // Nothing of the way is cancelled from here on: what was measured is to be told.
        var newest = bed.Origin is { } origin && !interrupted ? await origin.StopAsync(CancellationToken.None) : (long?)null;

        // Before the clients leave: a gateway without them says nothing of one under load.
        await sampled.CancelAsync();
        await sampling;
        progress.End();
        var (counts, timings) = await clients.FinishAsync(newest, SettlePatience);
        var result = new LoadResult
        {
            Counts = counts,
            Timings = [.. timings.Select(timing => timing.Summarize())],
            Samples = timeline.Samples,
            Marks = timeline.Marks,
            Interrupted = interrupted,
        };
        scenario.Judge(result, requirements);
        if (bed.Gateway?.ExitCode is { } code)
        {
            requirements.Add("the gateway is there to the end", false, $"it has ended with code {code}");
        }

        try
        {
            await clients.CloseAsync(requirements);
        }
        catch (IOException failure)
        {
            requirements.Add($"{runner.Name} comes to its end", false, failure.Message);
        }

        foreach (var line in bed.Gateway?.Complaints ?? [])
        {
            Console.Error.WriteLine($"the gateway said: {line}");
        }

        return new LoadOutcome(result, requirements);
    }

    private async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var conducting = scenario.ConductAsync(conductor, over.Token);
        if (await Task.WhenAny(conducting, conductor.Clients.Broken) == conducting)
        {
            await conducting;
            return;
        }

        await over.CancelAsync();
        await conducting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new IOException(await conductor.Clients.Broken);
    }
}
