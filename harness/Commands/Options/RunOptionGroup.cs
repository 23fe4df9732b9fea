using System.CommandLine;
using System.Globalization;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Commands.Options;

/// <summary>The options behind <see cref="RunOptions"/>, for every command that runs cases.</summary>
internal sealed class RunOptionGroup
{
    private readonly Argument<string[]> _words = FilterArgument.Words();
    private readonly Option<string[]> _cases = new("--cases")
    {
        HelpName = "FILTER",
        Description = "The same as an option, where the arguments mean something else",
        AllowMultipleArgumentsPerToken = true
    };
    private readonly Option<bool> _long = FilterArgument.Long();
    private readonly Option<int?> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "Of everything random; printed where none is given, so that a failure can be run again"
    };
    private readonly Option<int> _parallel = new("--parallel")
    {
        HelpName = "N",
        Description = "Cases that may run at once; 1 to 64",
        DefaultValueFactory = _ => 4
    };
    private readonly Option<double> _patience = new("--patience")
    {
        HelpName = "N",
        Description = "How many times longer than usual everything may take, for slow machines; 1 to 20",
        DefaultValueFactory = _ => 1
    };
    private readonly Option<bool> _once = new("--once")
    {
        Description = "Do not ask once more, alone, what has failed: quicker, but on a busy machine it may only have been late"
    };
    private readonly Option<string?> _known = new("--known")
    {
        HelpName = "FILE",
        Description = "Known failures: a JSON array of {id, target?, reason, until?}; they do not fail the run"
    };
    private readonly Option<string> _failOn = new("--fail-on")
    {
        HelpName = "failed|non-strict",
        Description = "From which verdict on the run fails",
        DefaultValueFactory = _ => "failed"
    };
    private readonly Option<string?> _json = new("--json")
    {
        HelpName = "FILE",
        Description = "Write the whole report there; several can be merged and compared"
    };
    private readonly Option<string?> _junit = new("--junit") { HelpName = "FILE", Description = "Write JUnit XML there" };
    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Write a page there that needs nothing else" };
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME", Description = "What the target is called in reports" };
    private readonly Option<string?> _version = new("--target-version") { HelpName = "TEXT", Description = "Its version, for reports" };
    private readonly Option<string?> _note = new("--note") { HelpName = "TEXT", Description = "A remark on its set-up, for reports" };

    /// <summary>Adds all of them to a command.</summary>
    /// <param name="command">That runs cases.</param>
    /// <param name="filtersAsArguments">Whether the command's arguments are the filters, beside <c>--cases</c>.</param>
    public static RunOptionGroup AddTo(Command command, bool filtersAsArguments = true)
    {
        var group = new RunOptionGroup();
        if (filtersAsArguments)
        {
            command.Add(group._words);
        }

        group._failOn.AcceptOnlyFromAmong("failed", "non-strict");
        group._parallel.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 1 or > 64)
            {
                result.AddError($"--parallel: must be 1 to 64, got {count}");
            }
        });
        group._patience.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var times) && times is not (>= 1 and <= 20))
            {
                result.AddError($"--patience: must be 1 to 20, got {times.ToString(CultureInfo.InvariantCulture)}");
            }
        });
        foreach (var option in (Option[])[
            group._cases, group._long, group._seed, group._parallel, group._patience, group._once, group._known, group._failOn, group._json, group._junit,
            group._html, group._name, group._version, group._note])
        {
            command.Add(option);
        }

        return group;
    }

    /// <summary>What was typed.</summary>
    /// <exception cref="UsageException">A filter or the file of known failures cannot be read.</exception>
    public RunOptions Read(ParseResult parsed) => new()
    {
        Filter = CaseFilter.Parse([.. parsed.GetValue(_words) ?? [], .. parsed.GetValue(_cases) ?? []], parsed.GetValue(_long)),
        Seed = parsed.GetValue(_seed) ?? Random.Shared.Next(1, 1_000_000),
        Parallel = parsed.GetValue(_parallel),
        Patience = parsed.GetValue(_patience),
        Confirms = !parsed.GetValue(_once),
        Known = parsed.GetValue(_known) is { } file ? KnownFailures.Load(file) : KnownFailures.None,
        FailOn = parsed.GetValue(_failOn) == "non-strict" ? FailOn.NonStrict : FailOn.Failed,
        JsonFile = parsed.GetValue(_json),
        JUnitFile = parsed.GetValue(_junit),
        HtmlFile = parsed.GetValue(_html),
        Name = parsed.GetValue(_name),
        TargetVersion = parsed.GetValue(_version),
        Note = parsed.GetValue(_note),
    };
}
