using SseGateway.Configuration.Reading;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings.Authentication;

/// <summary>Where in a request a token may be. An empty name is off.</summary>
internal sealed record CarrierSettings
{
    /// <summary><c>Authorization: Bearer</c>.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Name of the cookie.</summary>
    public string Cookie { get; init; } = "";

    /// <summary>Name of the query parameter. Off by default: URLs end up in logs and histories (RFC 6750, 5.3).</summary>
    public string Query { get; init; } = "";

    /// <summary>Name of the query parameter with a ticket. On by default: a ticket is of use once, and then for one stream only.</summary>
    public string Ticket { get; init; } = "ticket";

    public static CarrierSettings Read(SettingReader section, CarrierSettings fallback)
    {
        if (!section.Exists)
        {
            return fallback;
        }

        var carriers = new CarrierSettings
        {
            Header = section.Flag("Header", fallback.Header),
            Cookie = section.Text("Cookie", fallback.Cookie),
            Query = section.Text("Query", fallback.Query),
            Ticket = section.Text("Ticket", fallback.Ticket),
        };
        if (carriers.Cookie.Length > 0 && !HttpSyntax.IsToken(carriers.Cookie))
        {
            section.Error("Cookie", $"must be a cookie name, got \"{carriers.Cookie}\"");
        }

        if (carriers.Query.Length > 0 && !HttpSyntax.IsToken(carriers.Query))
        {
            section.Error("Query", $"must be a plain parameter name, got \"{carriers.Query}\"");
        }

        if (carriers.Ticket.Length > 0 && !HttpSyntax.IsToken(carriers.Ticket))
        {
            section.Error("Ticket", $"must be a plain parameter name, got \"{carriers.Ticket}\"");
        }

        if (carriers.Ticket.Length > 0 && carriers.Ticket.Equals(carriers.Query, StringComparison.OrdinalIgnoreCase))
        {
            section.Error("Ticket", $"must differ from Query: nobody could say what \"{carriers.Ticket}\" holds");
        }

        return carriers;
    }
}
