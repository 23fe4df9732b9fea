using System.Net;
using System.Text;
using SseGateway.Configuration.Reading;
using StackExchange.Redis;

namespace SseGateway.Configuration.Settings.Fleet;

/// <summary>Several gateways that behave as one, by a store that they have in common.</summary>
internal sealed record FleetSettings
{
    private static readonly TimeSpan LeastLease = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan MostLease = TimeSpan.FromSeconds(30);

    private const int MostName = 64;
    private const int LeastKeyBytes = 32;

    /// <summary>Where the store is, in StackExchange.Redis' words, its password among them; null without a fleet.</summary>
    public SecretBytes? Redis { get; init; }

    public bool Enabled => Redis is not null;

    /// <summary>What the names of keys and channels begin with.</summary>
    public string Prefix { get; init; } = "sse";

    /// <summary>How operators call this gateway; empty for the machine's name and the process id.</summary>
    public string Node { get; init; } = "";

    /// <summary>How long a gateway that has died without a word stays the leader of its streams.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>How long shared streams wait for a store that is away.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public StoreLoss OnStoreLoss { get; init; }

    /// <summary>File with the secret by which every gateway reads the tickets of all; see <see cref="KeyFileReader"/> for its forms.</summary>
    public string TicketKeyFile { get; init; } = "";

    /// <summary>The secret; null without one: a ticket is good at the gateway alone that has issued it.</summary>
    public SecretBytes? TicketKey { get; init; }

    public static FleetSettings Read(SettingReader section)
    {
        var builtIn = new FleetSettings();
        var settings = new FleetSettings
        {
            Redis = ReadRedis(section),
            Prefix = ReadName(section, "Prefix", builtIn.Prefix, mayBeEmpty: false),
            Node = ReadName(section, "Node", builtIn.Node, mayBeEmpty: true),
            Lease = section.Duration("Lease", builtIn.Lease),
            Grace = section.Duration("Grace", builtIn.Grace),
            OnStoreLoss = section.Choice("OnStoreLoss", builtIn.OnStoreLoss),
            TicketKeyFile = section.Text("TicketKeyFile", builtIn.TicketKeyFile),
        };
        if (settings.TicketKeyFile.Length > 0)
        {
            // Of its readings, the one that every gateway comes to first.
            var readings = KeyFileReader.Read(section, "TicketKeyFile", settings.TicketKeyFile, LeastKeyBytes);
            settings = settings with { TicketKey = readings.Count > 0 ? readings[0] : null };
            if (!settings.Enabled)
            {
                section.Error("TicketKeyFile", "needs Redis, by which gateways know that a ticket has been used");
            }
        }

        if (settings.Lease < LeastLease || settings.Lease > MostLease)
        {
            section.Error("Lease", $"must be {LeastLease.TotalMilliseconds} ms to {MostLease.TotalSeconds} s, got {settings.Lease.TotalMilliseconds} ms");
        }

        return settings;
    }

    // What is wrong with it is not repeated: a password may stand anywhere in a text that cannot be read.
    private static SecretBytes? ReadRedis(SettingReader section)
    {
        var text = section.Text("Redis", "");
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            if (ConfigurationOptions.Parse(text).EndPoints is { Count: > 0 } places && places.All(IsPlace) && !HasLooseEnd(text))
            {
                return new SecretBytes(Encoding.UTF8.GetBytes(text));
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
        {
        }

        section.Error(
            "Redis", "must be HOST:PORT, and after commas options of StackExchange.Redis, such as user=..., password=... (without a comma), ssl=true; no URL");
        return null;
    }

    // Taken for the name of a host, a URL with a password would be a store that is away for ever.
    private static bool IsPlace(EndPoint place) => place is not DnsEndPoint { Host: var host } || Uri.CheckHostName(host) != UriHostNameType.Unknown;

    // What stands behind a comma in a password would be the name of one more server, and asked for at the resolver. A server may come last, with its port.
    private static bool HasLooseEnd(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).SkipWhile(part => !part.TrimStart().StartsWith("password", StringComparison.OrdinalIgnoreCase))
            .Any(part => part.AsSpan().IndexOfAny('=', ':') < 0);

    // In the names of keys, braces say by what part of it the keys of a cluster lie together.
    private static string ReadName(SettingReader section, string key, string fallback, bool mayBeEmpty)
    {
        var text = section.Text(key, fallback);
        if ((text.Length > 0 || mayBeEmpty) && text.Length <= MostName && text.All(c => c is > ' ' and < '\x7f' and not '{' and not '}'))
        {
            return text;
        }

        section.Error(key, $"must be up to {MostName} printable ASCII characters without spaces and braces, got \"{text}\"");
        return fallback;
    }
}
