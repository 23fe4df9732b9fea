using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads which spellings a route's upstream needs.</summary>
internal static class AllowedSpellings
{
    private static readonly PathSpelling[] Known = [PathSpelling.EncodedSlash, PathSpelling.EmptySegment, PathSpelling.DoubleEncoding];

    public static PathSpelling Read(SettingReader section, string key, PathSpelling fallback)
    {
        // Empty is a list too: a route that allows nothing of what the others do.
        if (!section.Has(key))
        {
            return fallback;
        }

        var allowed = PathSpelling.None;
        foreach (var name in section.List(key, []))
        {
            var spelling = Known.FirstOrDefault(known => string.Equals(known.ToString(), name, StringComparison.OrdinalIgnoreCase));
            if (spelling == PathSpelling.None)
            {
                section.Error(key, $"must be of {string.Join(", ", Known)}, got \"{name}\"");
            }

            allowed |= spelling;
        }

        return allowed;
    }
}
