using System.CommandLine;
using System.Globalization;
using LoadTests.Origins;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Bombing;
using LoadTests.Scenarios.Broadcast;
using LoadTests.Scenarios.Chat;
using LoadTests.Scenarios.Compare;
using LoadTests.Scenarios.ConnectStorm;
using LoadTests.Scenarios.Drain;
using LoadTests.Scenarios.Fleet;
using LoadTests.Scenarios.Idle;
using LoadTests.Scenarios.Limits;
using LoadTests.Scenarios.ReconnectStorm;
using LoadTests.Scenarios.SlowReaders;
using LoadTests.Scenarios.Soak;
using LoadTests.Scenarios.Tokens;

namespace LoadTests;

/// <summary>The command line: one command for each scenario.</summary>
internal static class LoadCommandLine
{
    private const int RequirementMissed = 1;
    private const int WrongArguments = 2;

    // After Ctrl+C: for clients that have to leave, processes that have to end, and the report.
    private static readonly TimeSpan ReportTime = TimeSpan.FromMinutes(1);

    private const string Description = """
        Load on gateways that this program starts itself, on the loopback address, with what is required of them:

          dotnet run -c Release --project loadtests -- drain

        The exit code is 0 when every requirement holds, 1 when one does not, 2 for wrong arguments.
        """;

    /// <summary>Runs one scenario; Ctrl+C ends it and the processes it has started.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(Description)
        {
            BroadcastCommand.Create(),
            ConnectStormCommand.Create(),
            TokensCommand.Create(),
            ReconnectStormCommand.Create(),
            SlowReadersCommand.Create(),
            ChatCommand.Create(),
            SoakCommand.Create(),
            LimitsCommand.Create(),
            DrainCommand.Create(),
            FleetCommand.Create(),
            IdleCommand.Create(),
            CompareCommand.Create(),
            OriginCommand.Create(),
            YarpCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine("loadtests: " + error.Message.ReplaceLineEndings(" "));
            }

            return WrongArguments;
        }

        // The default handler would print a stack, and end the process after two seconds of Ctrl+C with its children still there.
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = ReportTime });
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync("loadtests: " + wrong.Message);
            return WrongArguments;
        }
    }

    /// <summary>Has a command print what it is about to run, run it, and print what came of the requirements.</summary>
    public static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<Requirements>> scenario) =>
        command.Runs(async (parsed, cancellation) =>
        {
            var requirements = await scenario(parsed, cancellation);
            requirements.Print();
            return requirements.Hold ? 0 : RequirementMissed;
        });

    /// <summary>Has a command that goes its own way print what it is about to run, run it, and leave a report.</summary>
    /// <param name="command">Which.</param>
    /// <param name="question">What it asks.</param>
    /// <param name="scenario">Runs it, with who brings clients and the folder of the report.</param>
    public static void Reports(this Command command, string question, Func<ParseResult, IRunner, string, CancellationToken, Task<LoadOutcome>> scenario)
    {
        var output = new Option<string?>(
            "--output")
        { HelpName = "FOLDER", Description = "Where the report goes; artifacts/loadtests/<time>-<scenario> unless given" };
        var bombing = new BombingFlags();
        command.Add(output);
        bombing.AddTo(command);
        command.Runs(async (parsed, cancellation) =>
        {
            var started = DateTimeOffset.Now;
            var runner = Runners.Of(bombing.ReadWithoutSimulations(parsed, command.Name));
            var folder = ReportFolder.Of(parsed.GetValue(output), started, command.Name);
            return ReportOutput.Write(parsed, question, runner.Name, started, await scenario(parsed, runner, folder, cancellation), folder);
        });
    }

    private static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> scenario) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            RunHeader.Print(parsed);
            try
            {
                return await scenario(parsed, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                Console.Error.WriteLine("loadtests: interrupted");
                return RequirementMissed;
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException or TimeoutException)
            {
                Console.Error.WriteLine("loadtests: " + failure.Message);
                return RequirementMissed;
            }
        });

    /// <summary>An option that is a number within bounds.</summary>
    public static Option<T> Number<T>(string name, string unit, string description, T fallback, T least, T most)
        where T : struct, System.Numerics.INumber<T> => new(name)
        {
            HelpName = unit,
            Description = $"{description}; {least} to {most}",
            DefaultValueFactory = _ => fallback,

            // Not a validator: asked for the value of what is no number, it throws.
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                {
                    return value;
                }

                result.AddError($"{name}: must be {least} to {most}, got {text}");
                return fallback;
            },
        };
}
