using LoadTests.Clients;
using LoadTests.Clients.Http2;
using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running.Crowds;

namespace LoadTests.Running;

/// <summary>What is put under load, by which clients, and what is required of it; who runs it is another matter.</summary>
internal abstract class LoadScenario(LoadOptions options)
{
    private readonly Http2Connections? _connections = options.Http2 is { } each ? new Http2Connections(each) : null;

    public abstract string Name { get; }

    /// <summary>What it asks, in a sentence.</summary>
    public abstract string Question { get; }

    public LoadOptions Options { get; } = options;

    /// <summary>What may happen to a client without anything being wrong.</summary>
    public virtual Mishaps Expected => Mishaps.None;

    /// <summary>Its clients, for who lets them come.</summary>
    public Crowd Crowd => new(Name, Options, CreateClient) { Expected = Expected, Connections = _connections };

    /// <summary>Starts what is put under load.</summary>
    public abstract Task<TestBed> StartAsync(CancellationToken cancellation);

    /// <summary>Makes one of the clients.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="place">Where it goes.</param>
    /// <param name="measured">Where it counts.</param>
    public abstract LoadClient CreateClient(int number, Place place, IMeasured measured);

    /// <summary>What is done while the clients are there: they come by themselves, and leave when this is over.</summary>
    public abstract Task ConductAsync(Conductor conductor, CancellationToken cancellation);

    /// <summary>Says what is required and what of it holds.</summary>
    public abstract void Judge(LoadResult result, Requirements requirements);

    /// <summary>What a lean client asks for there, over what the options say.</summary>
    protected StreamRequest RequestTo(Place place) => place.Request(_connections);
}
