using System.Globalization;

namespace ChatBackend.Configuration;

/// <summary>Reads typed settings of one section and collects an error line for each that is wrong, instead of stopping at the first.</summary>
internal sealed class SettingsReader(IConfigurationSection section)
{
    private readonly List<string> _errors = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> Errors => _errors;

    public void Error(string setting, string reason) => _errors.Add($"{section.Path}:{setting}: {reason}");

    public string Text(string setting, string fallback)
    {
        _known.Add(setting);
        var value = section[setting];
        if (value is null)
            return fallback;
        if (string.IsNullOrWhiteSpace(value))
            Error(setting, "must not be empty");
        return value;
    }

    public string? OptionalText(string setting)
    {
        _known.Add(setting);
        return string.IsNullOrEmpty(section[setting]) ? null : section[setting];
    }

    public bool Flag(string setting, bool fallback)
    {
        _known.Add(setting);
        if (section[setting] is not { } value)
            return fallback;
        if (bool.TryParse(value, out var parsed))
            return parsed;
        Error(setting, $"'{value}' is neither true nor false");
        return fallback;
    }

    public int Number(string setting, int fallback, int minimum, int maximum)
    {
        _known.Add(setting);
        if (section[setting] is not { } value)
            return fallback;
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) && parsed >= minimum && parsed <= maximum)
            return parsed;
        Error(setting, $"'{value}' is not a whole number from {minimum} to {maximum}");
        return fallback;
    }

    public TimeSpan Duration(string setting, TimeSpan fallback, TimeSpan minimum, TimeSpan maximum)
    {
        _known.Add(setting);
        if (section[setting] is not { } value)
            return fallback;
        // A bare number would be read as days; nobody means that.
        if (value.Contains(':') && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var parsed) && parsed >= minimum && parsed <= maximum)
            return parsed;
        Error(setting, $"'{value}' is not a duration (hh:mm:ss) from {minimum} to {maximum}");
        return fallback;
    }

    public IReadOnlyList<string> List(string setting)
    {
        _known.Add(setting);
        // Without an index it would silently be no entry. An empty array in JSON is an empty value here.
        if (!string.IsNullOrEmpty(section[setting]))
            Error(setting, $"is a list: set {setting}:0, {setting}:1 and so on");
        return [.. section.GetSection(setting).GetChildren().Select(child => child.Value).OfType<string>()];
    }

    /// <summary>A misspelt setting would otherwise silently have no effect.</summary>
    public void RejectUnknown()
    {
        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key)))
            Error(child.Key, "no such setting");
    }
}
