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
        var line = flags is not null && flags.TryGetValue(path, out var flag) ? $"{flag} ({path}): {message}" : $"{path}: {message}";
        if (!_lines.Contains(line))
        {
            _lines.Add(line);
        }
    }

    public void ThrowIfAny()
    {
        if (_lines.Count > 0)
        {
            throw new StartupErrorsException(_lines.ToArray());
        }
    }
}
