using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Configuration.Flags;

/// <summary>The command line of the gateway: flags, each of which stands for settings, and raw <c>--Section:Key=value</c> settings.</summary>
internal static class CommandLine
{
    /// <summary>What the program is called by.</summary>
    public const string Name = "sse-gateway";

    private const string Check = "check";

    /// <summary>Parses the arguments. Touches no file and no configuration.</summary>
    public static CommandLineResult Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args is [Check, ..])
        {
            return Parse([.. args.Skip(1)]) with { ChecksOnly = true };
        }

        var raw = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        var flags = GatewayFlags.Create();
        var root = new Command(Name, Description) { new HelpOption(), new VersionOption() };
        foreach (var flag in flags)
        {
            root.Options.Add(flag.Option);
        }

        var parsed = root.Parse(TakeRawSettings(args, raw, errors), new ParserConfiguration { ResponseFileTokenReplacer = null });
        errors.AddRange(Unknown(parsed.UnmatchedTokens, flags));
        errors.AddRange(parsed.Errors.Select(error => error.Message)
            .Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal))));
        if (errors.Count == 0 && parsed.Action is not null and not ParseErrorAction)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            parsed.Invoke(new InvocationConfiguration { Output = text });
            return new CommandLineResult { Information = text.ToString() };
        }

        // The flags that are right are passed on beside the errors, so that what is wrong with their values is told in the same run.
        var result = Collect(parsed, flags, raw);
        return result with { Errors = [.. errors, .. result.Errors] };
    }

    private const string Description = """
        A gateway for Server-Sent Events. Put it in front of any event-stream service:

          sse-gateway --upstream http://127.0.0.1:9000

        sse-gateway try URL shows a stream as it comes; sse-gateway try --help says more.

        With the word check before the flags the settings are judged as at a start, and nothing is started: exit code 0, or 2 and all that is wrong.

        Every setting of the configuration file can be given as well, e.g. --SseGateway:Limits:Streams=5.
        """;

    // A name with a colon is a configuration path, which no flag has.
    private static List<string> TakeRawSettings(IReadOnlyList<string> args, Dictionary<string, string?> raw, List<string> errors)
    {
        var rest = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arg : arg[..equals];
            if (!arg.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
            {
                rest.Add(arg);
            }
            else if (equals >= 0)
            {
                raw[name[2..]] = arg[(equals + 1)..];
            }
            else if (i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                raw[name[2..]] = args[++i];
            }
            else
            {
                errors.Add($"{name}: needs a value ({name}=VALUE)");
            }
        }

        return rest;
    }

    private static IEnumerable<string> Unknown(IReadOnlyList<string> tokens, IReadOnlyList<Flag> flags)
    {
        var afterFlag = false;
        foreach (var token in tokens)
        {
            // Only the name: what follows the equals sign may be a secret that was meant for another flag.
            var name = token.Split('=')[0];
            if (name.StartsWith('-'))
            {
                yield return NearestName.Suggest(name, flags.Select(flag => flag.Option.Name)) is { } nearest
                    ? $"{name}: there is no such flag; did you mean {nearest}?"
                    : $"{name}: there is no such flag; --help lists them";
            }
            else if (!afterFlag)
            {
                yield return $"{name}: unexpected; every value needs a flag before it";
            }

            // The value of an unknown flag is no second error.
            afterFlag = name.StartsWith('-') && !token.Contains('=', StringComparison.Ordinal);
        }
    }

    private static CommandLineResult Collect(ParseResult parsed, IReadOnlyList<Flag> flags, Dictionary<string, string?> raw)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        string? configFile = null;
        foreach (var flag in flags)
        {
            if (parsed.GetResult(flag.Option) is not { Implicit: false } result)
            {
                continue;
            }

            var given = result.Tokens.Select(token => token.Value).ToArray();
            if (given.Length < flag.Option.Arity.MinimumNumberOfValues || given.Length > flag.Option.Arity.MaximumNumberOfValues)
            {
                continue;
            }

            switch (flag.Option.Name)
            {
                case GatewayFlags.Upstream:
                    AddUpstreams(given, values, errors);
                    break;
                case GatewayFlags.Config:
                    configFile = given[0];
                    break;
                default:
                    // One value with commas replaces a list from a file; see SettingReader.List.
                    values[flag.Path!] = given.Length == 0 ? "true" : string.Join(',', given);
                    paths[flag.Path!] = flag.Option.Name;
                    break;
            }

            // Whoever names a key wants it asked for.
            if (flag.Option.Name is "--jwt-key-file" or "--jwt-authority" or "--jwt-jwks-file")
            {
                values["SseGateway:Authentication:Mode"] = nameof(AuthenticationMode.Required);
            }
        }

        foreach (var (path, value) in raw)
        {
            values[path] = value;
            paths.Remove(path);
        }

        return new CommandLineResult { ConfigFile = configFile, Values = values, Flags = paths, Errors = errors };
    }

    private static void AddUpstreams(string[] urls, Dictionary<string, string?> values, List<string> errors)
    {
        const string Route = "ReverseProxy:Routes:upstream";
        const string Cluster = "ReverseProxy:Clusters:upstream";
        values[$"{Route}:ClusterId"] = "upstream";
        values[$"{Route}:Match:Path"] = "{**path}";

        // Streams live for hours and end unevenly, so what counts is how many each upstream holds now. Round robin ignores that, and a
        // restarted upstream would stay nearly empty; LeastRequests sends new streams there until it has caught up. It looks at all
        // destinations where PowerOfTwoChoices looks at two: the difference is nothing for the handful that a command line names.
        values[$"{Cluster}:LoadBalancingPolicy"] = "LeastRequests";
        if (urls.Length > 1)
        {
            // One that is down, and takes the whole connect timeout to say so, is left out after a few failures and tried again later.
            values[$"{Cluster}:HealthCheck:Passive:Enabled"] = "true";
            values[$"{Cluster}:HealthCheck:Passive:Policy"] = "TransportFailureRate";
            values[$"{Cluster}:HealthCheck:Passive:ReactivationPeriod"] = "00:00:10";
        }

        var problems = errors.Count;
        var addresses = urls.Select(url => Parse(url, errors)).ToArray();
        if (addresses.Select(address => address.IsHttp2).Distinct().Count() > 1 && errors.Count == problems)
        {
            errors.Add($"{GatewayFlags.Upstream}: must be h2c:// for all or for none");
        }

        for (var i = 0; i < urls.Length; i++)
        {
            // What is wrong has been said in the words of the flag; the cluster would say it again in its own.
            values[$"{Cluster}:Destinations:upstream{i + 1}:Address"] = errors.Count == problems ? urls[i] : "http://wrong.invalid";
        }
    }

    private static UpstreamAddress Parse(string url, List<string> errors)
    {
        if (!UpstreamAddress.TryParse(url, out var address, out var problem))
        {
            errors.Add($"{GatewayFlags.Upstream}: {problem}");
        }

        return address;
    }
}
