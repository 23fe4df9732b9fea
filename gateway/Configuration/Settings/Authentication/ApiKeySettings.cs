using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Syntax;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings.Authentication;

/// <summary>API keys: a header and the keys that are accepted in it.</summary>
internal sealed record ApiKeySettings
{
    public string Header { get; init; } = "X-Api-Key";

    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    public bool Configured => Keys.Count > 0;

    /// <summary>True for the <see cref="ApiKey.Id"/> of one of them.</summary>
    public bool Lists(string id) => Keys.Any(key => key.Id == id);

    public static ApiKeySettings Read(SettingReader section, ApiKeySettings fallback)
    {
        if (!section.Exists)
        {
            return fallback;
        }

        var header = section.Text("Header", fallback.Header);
        if (!HttpSyntax.IsToken(header))
        {
            section.Error("Header", $"must be a header name, got \"{header}\"");
        }

        var hasKeys = section.Has("Keys");
        var items = section.Sections("Keys");
        return new() { Header = header, Keys = hasKeys ? ReadKeys(items) : fallback.Keys };
    }

    private static List<ApiKey> ReadKeys(IReadOnlyList<(string Name, SettingReader Reader)> items)
    {
        var keys = new List<ApiKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, item) in items)
        {
            var subject = item.Text("Subject", "");
            var hex = item.Text("Sha256", "");
            var scopes = item.List("Scopes", []);
            if (!SubjectSyntax.IsValid(subject))
            {
                item.Error("Subject", SubjectSyntax.Rule);
            }

            // The message never repeats the value: a key pasted here by mistake instead of its hash is a secret.
            if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
            {
                item.Error("Sha256", "must be 64 hexadecimal digits (the SHA-256 of the key)");
            }
            else if (!seen.Add(hex.ToUpperInvariant()))
            {
                item.Error("Sha256", "is a duplicate: the same key is listed twice");
            }
            else
            {
                keys.Add(new ApiKey { Subject = subject, Sha256 = new SecretBytes(Convert.FromHexString(hex)), Scopes = scopes });
            }
        }

        return keys;
    }
}
