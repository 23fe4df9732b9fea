using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;

namespace Gateway.Tests.Documentation;

/// <summary>
/// Every setting there is under <c>SseGateway</c>, found by asking for one that is not there: the error names those of the same section.
/// </summary>
internal static class KnownSettings
{
    /// <summary>What stands in a path for a route's id or a number in a list.</summary>
    public const string Any = "*";

    // Nothing that a setting's name could be mistaken for.
    private const string NotThere = "0123456789";

    private const string Intro = ": is not a setting; here are ";

    /// <summary>Their paths below <c>SseGateway</c>.</summary>
    public static IReadOnlyList<string> All() => Below("", "").ToArray();

    /// <summary>The settings of a configuration, and what is wrong with it.</summary>
    public static (GatewaySettings Settings, IReadOnlyList<string> Errors) Load(string path, string value)
    {
        var errors = new StartupErrors();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{GatewaySettings.Section}:{path}", value)]).Build();
        return (GatewaySettings.Load(configuration, errors, requireRoutes: false), errors.Lines);
    }

    private static IEnumerable<string> Below(string path, string shown)
    {
        foreach (var name in Names(path))
        {
            var (inner, innerShown) = (path + name, shown + name);
            var fixedNames = Below(inner + ":", innerShown + ":").ToArray();
            var anyNames = fixedNames.Length > 0 ? [] : Below(inner + ":0:", $"{innerShown}:{Any}:").ToArray();
            foreach (var found in fixedNames.Concat(anyNames).DefaultIfEmpty(innerShown))
            {
                yield return found;
            }
        }
    }

    private static string[] Names(string path)
    {
        var start = $"{GatewaySettings.Section}:{path}{NotThere}{Intro}";
        return Load(path + NotThere, "x").Errors.FirstOrDefault(error => error.StartsWith(start, StringComparison.Ordinal)) is { } error
            ? error[start.Length..].Split(", ")
            : [];
    }
}
