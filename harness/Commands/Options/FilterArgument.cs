using System.CommandLine;

namespace SseGateway.Harness.Commands.Options;

/// <summary>How cases are named on the command line, alike for all commands.</summary>
internal static class FilterArgument
{
    public static Argument<string[]> Words() => new("filter")
    {
        HelpName = "FILTER",
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Cases by id, slug or tag: 1.2.1, 1.*, parse/*, @core, @level:M, @role:X, @wave:2, @cap:NAME, @long, @raw; several are added up, "
            + "! or - before one takes it away",
    };

    public static Option<bool> Long() => new("--long") { Description = "Also cases that take more than 10 s; without it only @long and full ids reach them" };
}
