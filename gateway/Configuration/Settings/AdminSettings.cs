using System.Collections.Frozen;
using System.Net;
using System.Text;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Configuration.Settings;

/// <summary>The operator's listener.</summary>
internal sealed record AdminSettings
{
    /// <summary>What a browser shows for the token. Here, since the public side keeps it from services.</summary>
    public const string SessionCookie = "sse-gateway-admin";

    /// <summary>Where it listens when the gateway is the program and nobody says otherwise: out of reach for other machines.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8081";

    public const string AnyPortUrl = "http://127.0.0.1:0";

    private const string Off = "off";

    // Of the alphabet of base64, more than anybody can try.
    private const int LeastTokenBytes = 16;

    /// <summary>Null when nobody has set it.</summary>
    public string? Url { get; private init; }

    public bool Listens { get; init; }

    /// <summary>Names by which it may be asked, beside addresses and <c>localhost</c>; in their normal form.</summary>
    public FrozenSet<string> Hosts { get; private init; } = FrozenSet<string>.Empty;

    /// <summary>What everything but health is asked for with; null for nothing.</summary>
    public SecretBytes? Token { get; private init; }

    // By value: a reload that leaves it as it is changes nothing.
    public bool Equals(AdminSettings? other) =>
        other is not null && Url == other.Url && Listens == other.Listens && Hosts.SetEquals(other.Hosts) && Equals(Token, other.Token);

    public override int GetHashCode() => HashCode.Combine(Url, Listens, Hosts.Count);

    public static AdminSettings Read(SettingReader section)
    {
        var settings = ReadUrl(section) with { Hosts = ReadHosts(section), Token = ReadToken(section) };
        var open = section.Flag("Open", false);
        if (settings is { Url: { } url, Listens: true, Token: null } && !open && !IsLoopback(url))
        {
            section.Error("Url", $"is not for this machine alone: set Token or TokenFile, or Open where the network keeps others away, got \"{url}\"");
        }

        return settings;
    }

    private static SecretBytes? ReadToken(SettingReader section)
    {
        var (token, file) = (section.Text("Token", ""), section.Text("TokenFile", ""));
        if (token.Length > 0 && file.Length > 0)
        {
            section.Error("TokenFile", "and Token are both set; one is enough");
            return null;
        }

        if (file.Length > 0)
        {
            return KeyFileReader.Read(section, "TokenFile", file, LeastTokenBytes) is [var first, ..] ? first : null;
        }

        var bytes = Encoding.UTF8.GetBytes(token);
        if (bytes.Length is > 0 and < LeastTokenBytes)
        {
            section.Error("Token", $"must have at least {LeastTokenBytes} characters");
        }

        return bytes.Length >= LeastTokenBytes ? new SecretBytes(bytes) : null;
    }

    private static bool IsLoopback(string url)
    {
        var host = UrlsCheck.Problem(url) is null ? BindingAddress.Parse(url).Host.Trim('[', ']') : "localhost";
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("unix:", StringComparison.Ordinal)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    private static FrozenSet<string> ReadHosts(SettingReader section)
    {
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in section.List("Hosts", []))
        {
            if (HostNameSyntax.TryParse(text, out var name))
            {
                hosts.Add(name);
            }
            else
            {
                section.Error("Hosts", $"must be names of hosts, without a port, got \"{text}\"");
            }
        }

        return hosts.ToFrozenSet(StringComparer.Ordinal);
    }

    private static AdminSettings ReadUrl(SettingReader section)
    {
        var url = section.Text("Url", "");
        if (url.Length == 0 || url.Equals(Off, StringComparison.OrdinalIgnoreCase))
        {
            return new AdminSettings { Url = url.Length == 0 ? null : url };
        }

        var problem = UrlsCheck.Problem(url) ?? (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? null : "must begin with http://");
        if (problem is not null)
        {
            section.Error("Url", $"{problem}, or be off, got \"{url}\"");
        }

        return new AdminSettings { Url = url, Listens = true };
    }

    /// <summary>What holds in the gateway as a program: it listens unless that was switched off.</summary>
    public AdminSettings OfProgram() => Url is null ? this with { Listens = true } : this;
}
