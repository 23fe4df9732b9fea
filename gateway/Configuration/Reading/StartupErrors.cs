using SseGateway.Configuration.Flags;

namespace SseGateway.Configuration.Reading;

/// <summary>Collects every wrong setting, so that one start names them all.</summary>
/// <param name="flags">Setting paths that a command line flag has set, and the flag: the message then names what was typed.</param>
internal sealed class StartupErrors(IReadOnlyDictionary<string, string>? flags = null)
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds one error.</summary>
    /// <param name="path">Full path of the setting, sections joined by colons.</param>
    /// <param name="message">What is wrong with it, in words that say what would be right. Must hold no secret.</param>
    public void Add(string path, string message)
    {
        var line = FlagOf(path, isMissing: message.StartsWith("must be set", StringComparison.Ordinal)) is { } flag
            ? $"{flag} ({path}): {message}"
            : $"{path}: {message}";
        if (!_lines.Contains(line))
        {
            _lines.Add(line);
        }
    }

    // The flag that was typed; or the one that is missing in a section that has been given by flags.
    private string? FlagOf(string path, bool isMissing)
    {
        if (flags is null or { Count: 0 })
        {
            return null;
        }

        var section = path[..(path.LastIndexOf(':') + 1)];
        return flags.TryGetValue(path, out var typed) ? typed
            : isMissing && flags.Keys.Any(given => given.StartsWith(section, StringComparison.OrdinalIgnoreCase)) ? GatewayFlags.Named(path)
            : flags.FirstOrDefault(given => given.Key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)).Value;
    }

    public void ThrowIfAny()
    {
        if (_lines.Count > 0)
        {
            throw new StartupErrorsException(_lines.ToArray());
        }
    }
}
