using LoadTests.Clients.Http2;
using LoadTests.Measures;

namespace LoadTests.Running.Crowds;

/// <summary>Clients that come together: what a runner has to know of a scenario.</summary>
/// <param name="name">The scenario's.</param>
/// <param name="options">How many there are, and how fast they come.</param>
/// <param name="create">Makes one: its number from 0, where it goes, where it counts.</param>
internal sealed class Crowd(string name, LoadOptions options, Func<int, Place, IMeasured, LoadClient> create)
{
    public string Name { get; } = name;

    public LoadOptions Options { get; } = options;

    /// <summary>What may happen to a client without anything being wrong.</summary>
    public Mishaps Expected { get; init; }

    /// <summary>What they share; null for a connection each.</summary>
    public Http2Connections? Connections { get; init; }

    public LoadClient CreateClient(int number, Place place, IMeasured measured) => create(number, place, measured);
}
