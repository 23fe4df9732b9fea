using LoadTests.Measures;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace LoadTests.Running;

/// <summary>
/// Lets NBomber 4.1.2 bring the clients: one copy of its scenario is one client, an iteration is a client's life. Compiled with
/// <c>-p:UseNBomber=true</c> alone. What is measured and judged is the same as without it; NBomber's own report lies beside ours.
/// </summary>
internal sealed class NBomberHost : IRunner, ILoadClients
{
    // NBomber has to know the end before it begins: for clients that open late, and events that are still to come.
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(20);

    private Population? _clients;
    private LoadScenario? _scenario;
    private Task _run = Task.CompletedTask;
    private long _started;

    public string Name => "NBomber 4.1.2";

    public Counts Counts => Clients.Counts;

    private Population Clients => _clients ?? throw new InvalidOperationException("There are no clients yet.");

    public ILoadClients CreateClients(LoadScenario scenario, Place place, IReadOnlyList<string> commandLine)
    {
        if (scenario.Options.Processes > 1)
        {
            throw new IOException("NBomber runs in one process: leave out --processes");
        }

        (_scenario, _clients) = (scenario, new Population(scenario, place));
        return this;
    }

    public Task StartAsync(CancellationToken cancellation)
    {
        var options = _scenario!.Options;
        var ramp = options.Ramp > TimeSpan.Zero ? options.Ramp : TimeSpan.FromSeconds(1);
        var stay = options.Hold + Spare;
        _started = TimeProvider.System.GetTimestamp();
        var scenario = Scenario.Create(_scenario.Name, context => LiveAsync(context, ramp + stay))
            .WithoutWarmUp()
            .WithMaxFailCount(int.MaxValue)
            .WithRestartIterationOnFail(false)
            .WithLoadSimulations(Simulation.RampingConstant(options.Clients, ramp), Simulation.KeepConstant(options.Clients, stay));
        var folder = Path.Combine(Path.GetFullPath(options.Output ?? Path.Combine("artifacts", "loadtests")), "nbomber");
        _run = Task.Run(
            () => NBomberRunner.RegisterScenarios(scenario).WithReportFolder(folder).WithReportFileName(_scenario.Name).WithReportFormats(ReportFormat.Html, ReportFormat.Csv).Run(),
            cancellation);
        return Task.CompletedTask;
    }

    public Task SignalAsync(string word) => Clients.SignalAsync(word);

    public async Task<(Counts Counts, IReadOnlyList<Timing> Timings)> FinishAsync(long? newest, TimeSpan patience)
    {
        var result = await Clients.FinishAsync(newest, patience);
        await _run;
        return result;
    }

    public ValueTask DisposeAsync() => Clients.DisposeAsync();

    private async Task<IResponse> LiveAsync(IScenarioContext context, TimeSpan whole)
    {
        await Clients.RunClientAsync(context.ScenarioInfo.ThreadNumber);

        // A client that is done stays done: NBomber would begin it again.
        var left = whole - TimeProvider.System.GetElapsedTime(_started);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return Response.Ok();
    }
}
