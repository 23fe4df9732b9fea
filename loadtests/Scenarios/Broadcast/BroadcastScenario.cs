using LoadTests.Clients;
using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;

namespace LoadTests.Scenarios.Broadcast;

/// <summary>All clients get the same events, evenly over time: how old is an event when it is there, and is one missing?</summary>
internal class BroadcastScenario(LoadOptions options) : LoadScenario(options)
{
    // Between the last stream's opening and what is measured: compilation in tiers, buffers that find their size.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private SteadyState? _steady;

    public override string Name => "broadcast";

    public override string Question => "The same events for all clients: how old is an event when it is there, what does it cost, and is one missing?";

    public override Task<TestBed> StartAsync(CancellationToken cancellation) => TestBed.StartAsync(Options, GatewayArguments, cancellation);

    public override LoadClient CreateClient(int number, Place place, IMeasured measured) => number < Options.EventSources
        ? new EventSourceClient(place.Url, Options.Http2 is not null, measured)
        : new StreamClient(RequestOf(number, place), measured);

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        var steady = Steady(conductor);
        await conductor.AllOpenAsync(cancellation);
        steady.AllOpen();
        await conductor.ProduceAsync(Options.Rate, cancellation);
        await Task.Delay(WarmUp, cancellation);
        conductor.Mark("measured from here");
        steady.Begin();
        await HoldAsync(conductor, cancellation);
        steady.End();
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        result.Figures.AddRange(_steady?.Figures ?? []);
        requirements.NothingLost(result);
        JudgeStreams(result, requirements);
    }

    /// <summary>What is required of the streams, beside their events.</summary>
    protected virtual void JudgeStreams(LoadResult result, Requirements requirements) => requirements.AllOpened(result, Options.Clients);

    /// <summary>Beside its upstream.</summary>
    protected virtual IReadOnlyList<string> GatewayArguments => [];

    protected SteadyState Steady(Conductor conductor) => _steady = new SteadyState(conductor);

    /// <summary>What happens while it is measured.</summary>
    protected virtual Task HoldAsync(Conductor conductor, CancellationToken cancellation) => Task.Delay(Options.Hold, cancellation);

    /// <summary>What a lean client sends.</summary>
    protected StreamRequest RequestOf(int number, Place place) => RequestTo(place) with
    {
        From = Place.AddressOf(number),
        BufferBytes = Math.Max(1024, Options.Size + 512),
    };
}
