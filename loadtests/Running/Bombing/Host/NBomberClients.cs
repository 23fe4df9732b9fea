using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running.Crowds;
using NBomber.CSharp;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace LoadTests.Running.Bombing.Host;

/// <summary>A scenario's clients, each a copy of one of NBomber's scenarios.</summary>
internal sealed class NBomberClients : ILoadClients
{
    // NBomber has to be told an end before it begins; the scenario ends it before that. Its longest wait is the one for streams to open.
    private static readonly TimeSpan Tail = TimeSpan.FromMinutes(5);

    // It looks once a second whether all copies have ended, waits three for its last figures, and writes four reports.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(90);

    private readonly Crowd _crowd;
    private readonly BombingOptions _options;
    private readonly string _folder;
    private readonly ClientSteps[] _steps;
    private readonly Population _clients;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IScenarioContext? _context;
    private Task _run = Task.CompletedTask;
    private volatile bool _closing;
    private int _came;

    public NBomberClients(Crowd crowd, Place place, BombingOptions options, string folder)
    {
        (_crowd, _options, _folder) = (crowd, options, folder);
        _steps = new ClientSteps[crowd.Options.Clients];
        _clients = new Population(crowd, place, watch: (number, all) => _steps[number] = new ClientSteps(all, crowd.Expected));
    }

    public Counts Counts => _clients.Counts;

    public Task<string> Broken => _broken.Task;

    public Task StartAsync(CancellationToken cancellation)
    {
        // It blocks the thread that it is called on, to its end.
        _run = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = WatchAsync();
        return Task.CompletedTask;
    }

    public Task SignalAsync(string word) => _clients.SignalAsync(word);

    public Task<(Counts Counts, IReadOnlyList<Timing> Timings)> FinishAsync(long? newest, TimeSpan patience) => _clients.FinishAsync(newest, patience);

    public async Task CloseAsync(Requirements requirements)
    {
        _closing = true;
        if (_context is { } context)
        {
            foreach (var requirement in requirements.All)
            {
                await ClientSteps.TellAsync(context, requirement);
            }

            Stop(context);
        }

        // Only now: a copy whose life ends before it was told to stop is begun again.
        _over.TrySetResult();
        try
        {
            await _run.WaitAsync(EndPatience);
        }
        catch (TimeoutException)
        {
            throw new IOException($"not over {EndPatience.TotalSeconds:0} s after the last client has left");
        }
        catch (Exception failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _clients.DisposeAsync();
    }

    private static void Stop(IScenarioContext context) => context.StopCurrentTest("the scenario is over");

    private void Run()
    {
        var stages = _options.Config?.Stages ?? Stages(_crowd.Options);
        var scenario = Scenario.Create(_crowd.Name, LiveAsync)
            .WithoutWarmUp()
            .WithMaxFailCount(int.MaxValue)
            .WithRestartIterationOnFail(false)
            .WithLoadSimulations(LoadSimulations.Of(LoadPlan.WithTail(stages, Tail)));
        var test = NBomberRunner.RegisterScenarios(scenario)
            .WithTestSuite("SseGateway")
            .WithTestName(_crowd.Name)
            .WithReportFolder(_folder)
            .WithReportFileName(_crowd.Name)
            .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt);
        if (_options.Sinks.Count > 0)
        {
            test = test.WithReportingSinks([.. _options.Sinks.SelectMany(SinkAssembly.Load)]);
        }

        if (_options.InfraFile is { } infra)
        {
            test = test.LoadInfraConfig(Path.GetFullPath(infra));
        }

        if (_options.Config is { } config)
        {
            test = Configured(test, config);
        }

        test.Run();
    }

    // NBomber reads files alone.
    private static NBomberContext Configured(NBomberContext test, NBomberConfig config)
    {
        var folder = Directory.CreateTempSubdirectory("ssegateway-nbomber-");
        try
        {
            var file = Path.Combine(folder.FullName, "config.json");
            File.WriteAllText(file, config.Rest);
            return test.LoadConfig(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Without a ramp NBomber has them come within its first second.
    private static LoadStage[] Stages(LoadOptions options) =>
    [
        .. options.Ramp < LoadStage.Least ? (LoadStage[])[] : [LoadStage.Ramping(options.Clients, options.Ramp)],
        LoadStage.Keep(options.Clients, options.Hold < LoadStage.Least ? LoadStage.Least : options.Hold),
    ];

    private async Task WatchAsync()
    {
        var reason = "its run is over";
        try
        {
            await _run;
        }
        catch (Exception failure)
        {
            reason = failure.Message;
        }

        if (!_closing)
        {
            _broken.TrySetResult("NBomber has ended before the scenario: " + reason);
        }
    }

    private async Task<IResponse> LiveAsync(IScenarioContext context)
    {
        Interlocked.CompareExchange(ref _context, context, null);
        if (_closing)
        {
            Stop(context);
        }

        // A client that is done stays done, and there are not more of them than the scenario knows of.
        if (_closing || context.InvocationNumber > 1 || Interlocked.Increment(ref _came) is var number && number > _steps.Length)
        {
            await _over.Task;
            return Response.Ok();
        }

        var steps = _steps[number - 1];
        steps.Begin(context);
        await _clients.RunClientAsync(number - 1);
        await _over.Task;
        return steps.Whole();
    }
}
