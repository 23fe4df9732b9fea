using System.CommandLine;
using System.Runtime.InteropServices;

namespace LoadTests.Report;

/// <summary>What a reader needs to repeat a figure: the whole command line, the machine, the date.</summary>
internal static class RunHeader
{
    public static void Print(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options
            .Where(option => option is not System.CommandLine.Help.HelpOption)
            .Select(option => parsed.GetResult(option) is { } result ? $" {option.Name} {Value(result)}" : "");
        Console.WriteLine($"dotnet run -c {Configuration} --project loadtests -- {command.Name}{string.Concat(options)}");
        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores{Processor()}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Console.WriteLine(Note);
    }

    private static string Value(System.CommandLine.Parsing.OptionResult option) => option.GetValueOrDefault<object>().ToString()!.ToLowerInvariant();

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? " (" + line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() + ")"
            : "";

#if DEBUG
    private const string Configuration = "Debug";
    private const string Note = "A Debug build: its figures mean nothing.\n";
#else
    private const string Configuration = "Release";
    private const string Note = "";
#endif
}
