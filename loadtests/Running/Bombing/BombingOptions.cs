namespace LoadTests.Running.Bombing;

/// <summary>What the command line says to NBomber.</summary>
/// <param name="Config">Its configuration; null for none.</param>
/// <param name="InfraFile">The file for its log and its sinks; null for none.</param>
/// <param name="Sinks">Assemblies with reporting sinks.</param>
internal sealed record BombingOptions(NBomberConfig? Config, string? InfraFile, IReadOnlyList<string> Sinks);
