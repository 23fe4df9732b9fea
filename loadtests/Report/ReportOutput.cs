using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Report;

/// <summary>What is told and left behind at the end of a run.</summary>
internal static class ReportOutput
{
    private const int RequirementMissed = 1;

    /// <summary>Prints the table, and writes the report.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="question">What the scenario asks.</param>
    /// <param name="runner">Who has brought the clients.</param>
    /// <param name="started">When it began.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The exit code: whether all that is required holds.</returns>
    public static int Write(ParseResult parsed, string question, string runner, DateTimeOffset started, LoadOutcome outcome, string folder)
    {
        var (result, requirements) = outcome;
        var report = new LoadReport
        {
            Scenario = parsed.CommandResult.Command.Name,
            Question = question,
            Command = RunHeader.CommandText(parsed),
            Runner = runner,
            Machine = Machine.Text,
            Started = started,
            Seconds = Math.Round((DateTimeOffset.Now - started).TotalSeconds, 1),
            Interrupted = result.Interrupted,
            Requirements = requirements.All,
            Figures = result.Figures,
            Counts = result.Counts,
            Timings = result.Timings,
            Marks = result.Marks,
            Samples = result.Samples,
        };
        ConsoleTable.Print(report, Console.Out);
        Console.WriteLine($"\nreport: {ReportFolder.Write(report, folder)}");
        return requirements.Hold ? 0 : RequirementMissed;
    }
}
