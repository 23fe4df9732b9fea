namespace LoadTests.Running;

/// <summary>Lets a scenario's clients come.</summary>
internal interface IRunner
{
    string Name { get; }

    /// <summary>Makes the clients of a scenario, none of which has come yet.</summary>
    ILoadClients CreateClients(LoadScenario scenario, Place place, IReadOnlyList<string> commandLine);
}
