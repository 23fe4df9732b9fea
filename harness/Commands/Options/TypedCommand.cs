using System.CommandLine;

namespace SseGateway.Harness.Commands.Options;

/// <summary>What was typed, as it stands in reports: with the seed, so that it does the same again.</summary>
internal static class TypedCommand
{
    public static string Of(ParseResult parsed, int seed)
    {
        var words = parsed.Tokens.Select(token => token.Value).ToList();
        if (!words.Contains("--seed"))
        {
            words.AddRange(["--seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        return "sse-harness " + string.Join(' ', words.Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word));
    }
}
