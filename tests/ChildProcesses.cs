using System.Runtime.CompilerServices;

/// <summary>What holds for the programs that tests start, as for the tests themselves (Directory.Build.props).</summary>
internal static class ChildProcesses
{
    [ModuleInitializer]
    internal static void Prepare() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
