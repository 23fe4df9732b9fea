using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings;

/// <summary>Tickets, with which a browser's EventSource shows who it is for.</summary>
internal sealed record TicketSettings
{
    /// <summary>From the issue to the first use.</summary>
    public TimeSpan FirstUse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the issue to the last reconnect, when the credential has no end of its own, as an API key has none.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Tickets in memory at most, of 1 to 2 KiB each. Beyond them no more are issued.</summary>
    public int Total { get; init; } = 100_000;

    /// <summary>Of them, those of one subject. The next one takes the place of one that has no stream.</summary>
    public int PerSubject { get; init; } = 1000;

    public static TicketSettings Read(SettingReader section)
    {
        var builtIn = new TicketSettings();
        var settings = new TicketSettings
        {
            FirstUse = section.Duration("FirstUse", builtIn.FirstUse, zeroAllowed: false),
            Lease = section.Duration("Lease", builtIn.Lease, zeroAllowed: false),
            Total = section.Count("Total", builtIn.Total),
            PerSubject = section.Count("PerSubject", builtIn.PerSubject),
        };

        // Not "no limit", as it is elsewhere: tickets are memory that whoever has a credential can fill.
        if (settings.Total == 0)
        {
            section.Error("Total", "must be 1 or more");
        }

        if (settings.PerSubject == 0)
        {
            section.Error("PerSubject", "must be 1 or more");
        }

        return settings;
    }
}
