using LoadTests.Running.Crowds;
using LoadTests.Workers;

namespace LoadTests.Running;

/// <summary>This program's own: clients in this process, or spread over several.</summary>
internal sealed class EmbeddedRunner : IRunner
{
    public string Name => "embedded";

    public ILoadClients CreateClients(Crowd crowd, Place place, IReadOnlyList<string> commandLine, string folder) => crowd.Options.Processes > 1
        ? new WorkerProcesses(place, commandLine, crowd.Options.Processes)
        : new Population(crowd, place);
}
