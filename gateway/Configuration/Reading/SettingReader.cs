using System.Globalization;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Configuration.Reading;

/// <summary>
/// Reads one configuration section strictly: every value is checked where it is read, and <see cref="Done"/> reports the keys that
/// nobody asked for. The framework's binder ignores a misspelt key, and a limit that is not there is not noticed until it is needed.
/// </summary>
internal sealed class SettingReader(IConfigurationSection section, StartupErrors errors, string routeId = "")
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<SettingReader> _sections = [];

    /// <summary>The route whose overrides are being read; empty for the defaults.</summary>
    public string RouteId { get; } = routeId;

    /// <summary>True when the section has any setting in it.</summary>
    public bool Exists { get; } = section.GetChildren().Any();

    /// <summary>True when the key is there with something other than JSON's null.</summary>
    public bool Has(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        return child.Value is not null || child.GetChildren().Any();
    }

    public void Error(string key, string message) => errors.Add($"{section.Path}:{key}", message);

    public SettingReader Section(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (!string.IsNullOrEmpty(child.Value) && !child.GetChildren().Any())
        {
            Error(key, "must be a section with settings in it, got a single value");
        }

        var reader = new SettingReader(child, errors, RouteId);
        _sections.Add(reader);
        return reader;
    }

    /// <summary>The sections below a key whose names are the user's own (route ids) or numbers (array items).</summary>
    public IReadOnlyList<(string Name, SettingReader Reader)> Sections(string key, bool namesAreRouteIds = false)
    {
        _known.Add(key);
        var list = section.GetSection(key).GetChildren()
            .Select(child => (child.Key, new SettingReader(child, errors, namesAreRouteIds ? child.Key : RouteId))).ToList();
        _sections.AddRange(list.Select(item => item.Item2));
        return list;
    }

    public string Text(string key, string fallback) => Scalar(key) ?? fallback;

    public bool Flag(string key, bool fallback)
    {
        if (Scalar(key) is not { } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Error(key, $"must be true or false, got \"{text}\"");
        return fallback;
    }

    /// <summary>A whole number of 0 or more.</summary>
    public int Count(string key, int fallback) => (int)Whole(key, fallback, int.MaxValue);

    /// <summary>The same; null where there is none, or an empty text.</summary>
    public int? OptionalCount(string key, int? fallback) => string.IsNullOrEmpty(Scalar(key)) ? fallback : Count(key, fallback ?? 0);

    /// <summary>A number of bytes, which may be more than an address of 32 bits holds.</summary>
    public long Bytes(string key, long fallback) => Whole(key, fallback, long.MaxValue);

    private long Whole(string key, long fallback, long most)
    {
        if (Scalar(key) is not { } text)
        {
            return fallback;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            Error(key, $"must be a whole number, got \"{text}\"");
            return fallback;
        }

        if (count < 0 || count > most)
        {
            Error(key, count < 0 ? $"must be 0 or more, got \"{text}\"" : $"must be {most} or less, got \"{text}\"");
            return fallback;
        }

        return count;
    }

    /// <summary>A number of 0 or more, a second.</summary>
    public double Rate(string key, double fallback)
    {
        if (Scalar(key) is not { } text)
        {
            return fallback;
        }

        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            && rate is >= 0 and <= 1_000_000)
        {
            return rate;
        }

        Error(key, $"must be a number from 0 to 1000000, got \"{text}\"");
        return fallback;
    }

    public TimeSpan Duration(string key, TimeSpan fallback, bool zeroAllowed = true)
    {
        if (Scalar(key) is not { } text)
        {
            return fallback;
        }

        if (!DurationSyntax.TryParse(text, out var duration))
        {
            Error(key, $"must be a time such as 00:00:05, 5s or 500ms, got \"{text}\"");
            return fallback;
        }

        if (duration < TimeSpan.Zero || (duration == TimeSpan.Zero && !zeroAllowed))
        {
            Error(key, zeroAllowed ? $"must not be negative, got \"{text}\"" : $"must be more than zero, got \"{text}\"");
            return fallback;
        }

        if (duration > DurationSyntax.Max)
        {
            Error(key, $"must be {DurationSyntax.Max} or less, got \"{text}\"");
            return fallback;
        }

        return duration;
    }

    /// <summary>A time of more than zero; null where there is none, or an empty text.</summary>
    public TimeSpan? OptionalDuration(string key, TimeSpan? fallback) =>
        string.IsNullOrEmpty(Scalar(key)) ? fallback : Duration(key, fallback ?? TimeSpan.Zero, zeroAllowed: false);

    public TEnum Choice<TEnum>(string key, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (Scalar(key) is not { } text)
        {
            return fallback;
        }

        // By name only: Enum.TryParse would take any number.
        foreach (var name in Enum.GetNames<TEnum>())
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return Enum.Parse<TEnum>(name);
            }
        }

        Error(key, $"must be {string.Join(" or ", Enum.GetNames<TEnum>())}, got \"{text}\"");
        return fallback;
    }

    /// <summary>
    /// A list: an array, or one value with commas. The single value wins over an array, so that an environment variable or a command
    /// line flag replaces the list of a file; arrays from two sources would be merged item by item by the framework.
    /// </summary>
    public IReadOnlyList<string> List(string key, IReadOnlyList<string> fallback)
    {
        _known.Add(key);
        if (!Has(key))
        {
            return fallback;
        }

        var child = section.GetSection(key);
        if (!string.IsNullOrEmpty(child.Value))
        {
            return child.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        var list = new List<string>();
        foreach (var item in child.GetChildren())
        {
            if (string.IsNullOrWhiteSpace(item.Value))
            {
                errors.Add(item.Path, "must be a text");
            }
            else
            {
                list.Add(item.Value.Trim());
            }
        }

        return list;
    }

    /// <summary>Reports the keys of this section and of those below that were never read.</summary>
    public void Done()
    {
        foreach (var child in section.GetChildren())
        {
            if (!_known.Contains(child.Key))
            {
                errors.Add(child.Path, NearestName.Suggest(child.Key, _known) is { } nearest
                    ? $"is not a setting; did you mean {nearest}?"
                    : $"is not a setting; here are {string.Join(", ", _known)}");
            }
        }

        foreach (var reader in _sections)
        {
            reader.Done();
        }
    }

    private string? Scalar(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (child.Value is null && child.GetChildren().Any())
        {
            Error(key, "must be a single value, got a section or a list");
            return null;
        }

        return child.Value?.Trim();
    }
}
