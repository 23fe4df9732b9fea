using System.Runtime.CompilerServices;

/// <summary>What holds for the programs that tests start, as for the tests themselves (Directory.Build.props).</summary>
internal static class ChildProcesses
{
    [ModuleInitializer]
    internal static void Prepare()
    {
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");

        // The gateway is compiled well at once, for thousands of streams; for a few a third of its start is saved without.
        Environment.SetEnvironmentVariable("DOTNET_TC_QuickJit", "1");
    }
}
