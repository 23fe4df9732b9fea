using System.Collections.Frozen;
using System.Globalization;
using SseGateway.Configuration.Settings;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads limits by method, <c>tools/call=20</c>.</summary>
internal static class McpCallsReader
{
    /// <param name="section">Where they stand.</param>
    /// <param name="key">The setting.</param>
    /// <param name="fallback">What holds where the section says nothing.</param>
    public static FrozenDictionary<string, int> Read(SettingReader section, string key, FrozenDictionary<string, int> fallback)
    {
        if (!section.Has(key))
        {
            return fallback;
        }

        var limits = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in section.List(key, []))
        {
            var equals = item.LastIndexOf('=');
            var method = equals < 0 ? item : item[..equals].Trim();
            if (equals < 0 || !int.TryParse(item.AsSpan(equals + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            {
                section.Error(key, $"must be methods with a number, such as tools/call=20, got \"{item}\"");
            }
            else if (!McpMethods.All.Contains(method))
            {
                section.Error(key, $"must name one of {string.Join(", ", McpMethods.All)}, got \"{method}\"");
            }
            else if (!limits.TryAdd(method, limit))
            {
                section.Error(key, $"names {method} twice");
            }
        }

        return limits.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
