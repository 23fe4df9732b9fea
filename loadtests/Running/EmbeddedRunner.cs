using LoadTests.Workers;

namespace LoadTests.Running;

/// <summary>This program's own: clients in this process, or spread over several.</summary>
internal sealed class EmbeddedRunner : IRunner
{
    public string Name => "embedded";

    public ILoadClients CreateClients(LoadScenario scenario, Place place, IReadOnlyList<string> commandLine, string folder) => scenario.Options.Processes > 1
        ? new WorkerProcesses(place, commandLine, scenario.Options.Processes)
        : new Population(scenario, place);
}
