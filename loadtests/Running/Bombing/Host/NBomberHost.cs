using LoadTests.Running.Crowds;

namespace LoadTests.Running.Bombing.Host;

/// <summary>
/// Lets NBomber 4.1.2 bring the clients: a copy of its scenario is a client, an iteration a client's life, and what happens in it are steps.
/// What is measured, required and reported is the same as without it; NBomber's own report lies beside ours.
/// </summary>
internal sealed class NBomberHost(BombingOptions options) : IRunner
{
    public string Name => "NBomber 4.1.2";

    public bool ShowsProgress => true;

    public ILoadClients CreateClients(Crowd crowd, Place place, IReadOnlyList<string> commandLine, string folder) =>
        new NBomberClients(crowd, place, options, Path.Combine(folder, "nbomber"));
}
