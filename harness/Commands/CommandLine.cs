using System.CommandLine;
using SseGateway.Harness.Commands.Options;

namespace SseGateway.Harness.Commands;

/// <summary>The command line: one command for each thing the harness does.</summary>
internal static class CommandLine
{
    /// <summary>How arguments are read: an @ is the start of a tag (<c>@core</c>), not of a file with more arguments.</summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <returns>0 all fine, 1 failures, 2 wrong arguments or nothing matched, 3 the harness or the set-up failed.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Console.Out, Console.Error);

    /// <param name="args">As typed.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For one line that says what is wrong.</param>
    /// <returns>As above.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Protocol test harness for Server-Sent Events: clients, servers and proxies.")
        {
            CheckCommand.Create(),
            ClientCommand.Create(),
            ServeCommand.Create(),
            PublisherCommand.Create(),
            ListCommand.Create(),
            ShowCommand.Create(),
            ReportCommand.Create(),
            DiffCommand.Create(),
            ProbeCommand.Create(),
        };
        var parsed = root.Parse(args, Parsing);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors)
            {
                error.WriteLine("sse-harness: " + wrong.Message.ReplaceLineEndings(" "));
            }

            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("sse-harness: interrupted");
            return ExitCode.HarnessError;
        }
        catch (UsageException wrong)
        {
            error.WriteLine("sse-harness: " + wrong.Message.ReplaceLineEndings(" "));
            return ExitCode.Usage;
        }
    }
}
