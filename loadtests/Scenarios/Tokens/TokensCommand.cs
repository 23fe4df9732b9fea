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

    public static Command Create() => new LoadCommand(
        "tokens", "Each client POSTs and gets an answer of its own, 50 tokens a second for 20 s: the age of a token, whether each answer is whole", Defaults,
        (_, options) => new TokensScenario(options));
}
