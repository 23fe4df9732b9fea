using SseGateway.Configuration.Reading;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>
/// What parts the clients of one URL into separate shared streams, beside the URL itself: <c>subject</c>, <c>header:NAME</c>, <c>claim:NAME</c>.
/// The upstream is told these values and nothing else of a client.
/// </summary>
/// <param name="Subject">True for one stream per authenticated subject.</param>
/// <param name="Headers">Names of request headers, lower case.</param>
/// <param name="Claims">Names of claims of the credential.</param>
internal sealed record ShareBy(bool Subject, IReadOnlyList<string> Headers, IReadOnlyList<string> Claims)
{
    public static readonly ShareBy Nothing = new(false, [], []);

    // Credentials of one client that would go upstream for all; a cursor, which moves; and what only says how this one connection works.
    private static readonly string[] Forbidden =
    [
        "authorization", "cookie", "proxy-authorization", "last-event-id", "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding",
        "upgrade", "content-length", "accept", "accept-encoding", "x-forwarded-for",
    ];

    // What the gateway says of a client, no client may say.
    private const string Own = "gateway-";

    // By value: after a reload that leaves it as it is, clients join the streams that are there.
    public bool Equals(ShareBy? other) =>
        other is not null && Subject == other.Subject && Headers.SequenceEqual(other.Headers) && Claims.SequenceEqual(other.Claims);

    public override int GetHashCode() => HashCode.Combine(Subject, Headers.Count, Claims.Count);

    public static ShareBy Read(SettingReader section, string key, ShareBy fallback)
    {
        if (!section.Has(key))
        {
            return fallback;
        }

        var subject = false;
        SortedSet<string> headers = new(StringComparer.Ordinal), claims = new(StringComparer.Ordinal);
        foreach (var part in section.List(key, []))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var name = part[(colon + 1)..].Trim();
            switch (colon < 0 ? null : part[..colon].Trim().ToLowerInvariant())
            {
                case null when name.Equals("subject", StringComparison.OrdinalIgnoreCase):
                    subject = true;
                    break;
                case "header" when HttpSyntax.IsToken(name):
                    AddHeader(section, key, name, headers);
                    break;
                case "claim" when HttpSyntax.IsToken(name):
                    claims.Add(name);
                    break;
                default:
                    section.Error(key, $"must be subject, header:NAME or claim:NAME, got \"{part}\"");
                    break;
            }
        }

        return new ShareBy(subject, [.. headers], [.. claims]);
    }

    private static void AddHeader(SettingReader section, string key, string name, SortedSet<string> headers)
    {
        if (Forbidden.Contains(name, StringComparer.OrdinalIgnoreCase)
            || name.Replace('_', '-').StartsWith(Own, StringComparison.OrdinalIgnoreCase))
        {
            section.Error(key, $"must not name the header {name}; use subject or claim:NAME for who a client is");
            return;
        }

        headers.Add(name.ToLowerInvariant());
    }
}
