using System.Runtime.CompilerServices;

/// <summary>What holds for the programs that tests start, as for the tests themselves (Directory.Build.props).</summary>
internal static class ChildProcesses
{
    [ModuleInitializer]
    internal static void Prepare()
    {
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");

        // No test leaves this machine; a node reads them all at its start, if they are set: 134 ms with, 42 without.
        Environment.SetEnvironmentVariable("NODE_EXTRA_CA_CERTS", null);

        // A thousand: the number is hexadecimal.
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCountThreshold", "3E8");

        // Nor are calls counted from the first one, for which each method gets a detour: a sixth of the processor time of a gateway's start (0.43 s, 0.36 so).
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "64");

        // The gateway is compiled well at once, for thousands of streams; for a few a third of its start is saved without.
        Environment.SetEnvironmentVariable("DOTNET_TC_QuickJit", "1");
    }
}
