using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>The instance of the target that a case stops: started for it where the profile says how.</summary>
internal sealed class DrainedInstance
{
    private readonly CheckContext _check;
    private readonly DrainedTarget _drain;
    private readonly StartedTarget? _started;

    private DrainedInstance(CheckContext check, CheckContext part, DrainedTarget drain, StartedTarget? started) =>
        (_check, Part, _drain, _started) = (check, part, drain, started);

    /// <summary>The case at that instance.</summary>
    public CheckContext Part { get; }

    /// <summary>How long it gives streams to end.</summary>
    public double Seconds => _drain.Seconds;

    public bool CanStop => _drain.Stop is not null || _started is not null;

    /// <summary>Command line that has it read its configuration again; null when it cannot.</summary>
    public string? Reload => _drain.Reload;

    /// <summary>Runs a case that stops it; skipped where the profile does not say how.</summary>
    public static Task<Outcome> RunAsync(CheckContext check, Func<DrainedInstance, Task<Outcome>> judge) => RunAsync(check, needsStop: true, judge);

    /// <inheritdoc cref="RunAsync(CheckContext, Func{DrainedInstance, Task{Outcome}})"/>
    public static async Task<Outcome> RunAsync(CheckContext check, bool needsStop, Func<DrainedInstance, Task<Outcome>> judge)
    {
        if (check.Profile.Drain is not { } drain || (needsStop && drain.Start is null && drain.Stop is null))
        {
            return Outcome.Skipped("not declared in the profile: drain, a second instance with the commands that start, reload and stop it");
        }

        var part = await check.AtAsync(drain.Url);
        await using var started = drain.Start is { } start ? StartedTarget.Start(start, check.Profile.Folder) : null;
        if (started is not null && await started.ExitAsync(part.Target.Url, check.Cancellation) is { } exit)
        {
            throw new InvalidOperationException($"set-up: {drain.Start} ended with exit code {exit.Code}: {exit.Error}");
        }

        return await judge(new DrainedInstance(check, part, drain, started));
    }

    /// <summary>Begins its graceful stop.</summary>
    public Task StopAsync() => ShellCommand.ExecuteAsync(_drain.Stop ?? $"kill -TERM {_started!.ProcessId}", _check.Cancellation);
}
