using System.CommandLine;

namespace SseGateway.Harness.Commands;

/// <summary>The command line: one command for each thing the harness does.</summary>
internal static class CommandLine
{
    private const int WrongArguments = 2;

    /// <returns>0 all fine, 1 failures, 2 wrong arguments or nothing matched, 3 the harness or the set-up failed.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Protocol test harness for Server-Sent Events: clients, servers and proxies.") { CheckCommand.Create() };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine("sse-harness: " + error.Message.ReplaceLineEndings(" "));
            }

            return WrongArguments;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
