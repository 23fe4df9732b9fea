using LoadTests.Running.Crowds;

namespace LoadTests.Running;

/// <summary>Lets a scenario's clients come.</summary>
internal interface IRunner
{
    string Name { get; }

    /// <summary>Whether it shows by itself, on a terminal, how the run is going.</summary>
    bool ShowsProgress => false;

    /// <summary>Makes clients, none of which has come yet.</summary>
    /// <param name="crowd">Which.</param>
    /// <param name="place">Where they go.</param>
    /// <param name="commandLine">That of this program, for processes that are to run a share of them.</param>
    /// <param name="folder">Where the reports of this run are to lie.</param>
    ILoadClients CreateClients(Crowd crowd, Place place, IReadOnlyList<string> commandLine, string folder);
}
