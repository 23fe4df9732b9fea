using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Soak;

internal static class SoakCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 2000,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromMinutes(10),
        Rate = 2,
        Size = 100,
        EventSources = 10,
    };

    public static Command Create()
    {
        var life = LoadCommandLine.Number("--life", "SECONDS", "How long a client keeps a stream on average", 20.0, 1, 3600);
        var seed = LoadCommandLine.Number("--seed", "N", "Of what is random", 1, 0, int.MaxValue);
        return new LoadCommand(
            "soak",
            "Minutes to hours with clients that come and go: memory and handles over time",
            Defaults,
            (parsed, options) => new SoakScenario(options, TimeSpan.FromSeconds(parsed.GetValue(life)), parsed.GetValue(seed)),
            life,
            seed);
    }
}
