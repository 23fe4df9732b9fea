using System.Diagnostics;
using Xunit;

namespace Dialects.Tests.Running;

/// <summary>A module of Node/, run with the packages there.</summary>
internal static class NodeModule
{
    /// <returns>The lines that it has written, and what it has said of errors.</returns>
    public static async Task<(IReadOnlyList<string> Lines, string Errors)> RunAsync(string module, params string[] arguments)
    {
        var folder = await NodePackages.FolderAsync();
        using var node = Process.Start(new ProcessStartInfo("node", [module, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = node.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            TestContext.Current.SendDiagnosticMessage("{0}", line);
            lines.Add(line);
        }

        await node.WaitForExitAsync();
        return (lines, await errors);
    }
}
