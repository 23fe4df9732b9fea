using System.CommandLine;
using LoadTests.Running.Bombing;

namespace LoadTests.Report;

/// <summary>What a reader needs to repeat a figure: the whole command line, the machine, the date.</summary>
internal static class RunHeader
{
    public static void Print(ParseResult parsed)
    {
        Console.WriteLine(CommandText(parsed));
        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Machine.Text}");
        Console.WriteLine(Note);
    }

    /// <summary>The command with all its options, those that were not given too.</summary>
    public static string CommandText(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options
            .Where(option => option is not System.CommandLine.Help.HelpOption && !option.Hidden)
            .Select(option => parsed.GetResult(option) is { } result && Value(result) is { Length: > 0 } value ? $" {option.Name} {value}" : "");
        var built = BombingFlags.IsBuiltIn ? " -p:UseNBomber=true" : "";
        return $"dotnet run -c {Configuration}{built} --project loadtests -- {command.Name}{string.Concat(options)}";
    }

    private static string Value(System.CommandLine.Parsing.OptionResult option) => option.GetValueOrDefault<object>() switch
    {
        null or false => "",
        true => "true",
        IEnumerable<string> several => string.Join(' ', several.Select(one => one.Contains(' ', StringComparison.Ordinal) ? $"\"{one}\"" : one)),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var other => other.ToString()!,
    };

#if DEBUG
    private const string Configuration = "Debug";
    private const string Note = "A Debug build: its figures mean nothing.\n";
#else
    private const string Configuration = "Release";
    private const string Note = "";
#endif
}
