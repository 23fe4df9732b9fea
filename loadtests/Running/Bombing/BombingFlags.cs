using System.CommandLine;

namespace LoadTests.Running.Bombing;

/// <summary>The flags with which a command's clients are brought by NBomber.</summary>
internal sealed class BombingFlags
{
    private readonly Option<bool> _nbomber = new("--nbomber") { Description = "Let NBomber bring the clients; needs a build with -p:UseNBomber=true" };
    private readonly Option<string?> _config = new("--nbomber-config")
    {
        HelpName = "FILE",
        Description = "NBomber's JSON configuration; its load simulations take the place of --clients, --ramp and --seconds"
    };
    private readonly Option<string?> _infra = new("--nbomber-infra")
    {
        HelpName = "FILE",
        Description = "NBomber's infrastructure configuration: its log, and what its reporting sinks need"
    };
    private readonly Option<string[]> _sinks = new("--nbomber-sink")
    {
        HelpName = "ASSEMBLY",
        Description = "A .dll whose reporting sinks NBomber tells; repeatable"
    };

    /// <summary>Whether NBomber was compiled in.</summary>
    public static bool IsBuiltIn =>
#if NBOMBER
        true;
#else
        false;
#endif

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_nbomber, _config, _infra, _sinks])
        {
            command.Add(option);
        }
    }

    /// <returns>Null when nothing is asked of NBomber.</returns>
    /// <exception cref="UsageException">NBomber is not there, or a file is wrong.</exception>
    public BombingOptions? Read(ParseResult parsed, string scenario)
    {
        var (config, infra, sinks) = (parsed.GetValue(_config), parsed.GetValue(_infra), parsed.GetValue(_sinks) ?? []);
        if (!parsed.GetValue(_nbomber) && config is null && infra is null && sinks.Length == 0)
        {
            return null;
        }

        if (!IsBuiltIn)
        {
            throw new UsageException("--nbomber: this build has no NBomber: dotnet run -c Release -p:UseNBomber=true --project loadtests -- ...");
        }

        if (infra is not null)
        {
            NBomberConfig.Parse("--nbomber-infra", infra);
        }

        foreach (var missing in sinks.Where(sink => !File.Exists(sink)))
        {
            throw new UsageException($"--nbomber-sink: there is no {missing}");
        }

        return new BombingOptions(config is null ? null : NBomberConfig.Read(config, scenario), infra, sinks);
    }

    /// <summary>For a run whose clients are always the same.</summary>
    /// <returns>Null when nothing is asked of NBomber.</returns>
    /// <exception cref="UsageException">NBomber is not there, a file is wrong, or it has load simulations.</exception>
    public BombingOptions? ReadWithoutSimulations(ParseResult parsed, string scenario) => Read(parsed, scenario) is { Config.Stages: not null }
        ? throw new UsageException($"--nbomber-config: {scenario} says itself who comes when: leave LoadSimulationsSettings out")
        : Read(parsed, scenario);
}
