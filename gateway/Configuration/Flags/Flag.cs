using System.CommandLine;

namespace SseGateway.Configuration.Flags;

/// <summary>One command line flag and the setting it stands for.</summary>
/// <param name="Option">How it is parsed and what <c>--help</c> says.</param>
/// <param name="Path">The setting's full path; null for flags that are more than one setting.</param>
internal sealed record Flag(Option<string[]> Option, string? Path)
{
    /// <summary>A flag with a value.</summary>
    /// <param name="name">With its two hyphens.</param>
    /// <param name="path">The setting.</param>
    /// <param name="value">What stands for the value in the help.</param>
    /// <param name="description">One line.</param>
    /// <param name="fallback">What holds without the flag, as the help shows it; null when there is nothing to show.</param>
    public static Flag Value(string name, string? path, string value, string description, string? fallback = null) =>
        Create(name, path, value, description, fallback, ArgumentArity.ExactlyOne);

    /// <summary>A flag that may be given more than once.</summary>
    public static Flag List(string name, string? path, string value, string description, string? fallback = null) =>
        Create(name, path, value, description, fallback, ArgumentArity.OneOrMore);

    /// <summary>A flag without a value.</summary>
    public static Flag Switch(string name, string? path, string description) =>
        Create(name, path, "true|false", description, "false", ArgumentArity.ZeroOrOne);

    private static Flag Create(string name, string? path, string value, string description, string? fallback, ArgumentArity arity)
    {
        var option = new Option<string[]>(name)
        {
            HelpName = value,
            Description = fallback is null ? description : $"{description} [default: {fallback}]",
            Arity = arity,

            // The library converts a single token only to a type that is no array.
            CustomParser = result => result.Tokens.Select(token => token.Value).ToArray(),
        };
        return new Flag(option, path);
    }
}
