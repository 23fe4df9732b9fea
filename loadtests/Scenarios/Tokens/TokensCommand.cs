using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Tokens;

internal static class TokensCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 400,
        Ramp = TimeSpan.FromSeconds(2),
        Hold = TimeSpan.FromSeconds(20),
        Rate = 50,
        Size = 100,
    };

    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "The gateway keeps the answers (Keep:Enabled)" };
        var leaving = LoadCommandLine.Number(
            "--leaving", "PERCENT", "Clients that are cut at a random token and come back for the rest within two seconds; with --keep", 0, 0, 100);
        return new LoadCommand(
            "tokens", "Each client POSTs and gets an answer of its own, 50 tokens a second for 20 s: the age of a token, whether each answer is whole",
            Defaults,
            (parsed, options) => new TokensScenario(options, Read(parsed.GetValue(keep), parsed.GetValue(leaving))), keep, leaving);
    }

    private static TokensOptions Read(bool keep, int leaving) => keep || leaving == 0
        ? new TokensOptions(keep, leaving / 100.0)
        : throw new UsageException("--leaving: what a gateway does not keep cannot be come back for; add --keep");
}
