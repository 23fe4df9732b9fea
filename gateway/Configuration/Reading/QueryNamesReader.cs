using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads a list of query parameters' names.</summary>
internal static class QueryNamesReader
{
    public static QueryNames Read(SettingReader section, string key, QueryNames fallback)
    {
        if (!section.Has(key))
        {
            return fallback;
        }

        var names = section.List(key, []);
        foreach (var name in names.Where(name => !HttpSyntax.IsToken(name)))
        {
            section.Error(key, $"must be names of query parameters, as they are without percent-encoding, got \"{name}\"");
        }

        return new QueryNames(names);
    }
}
