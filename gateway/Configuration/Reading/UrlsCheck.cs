using System.Globalization;

namespace SseGateway.Configuration.Reading;

/// <summary>Checks the addresses to listen on before Kestrel does: its own message comes late and without the setting's name.</summary>
internal static class UrlsCheck
{
    public static void Check(IConfiguration configuration, StartupErrors errors)
    {
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Problem(url) is { } problem)
            {
                errors.Add("urls", $"{problem}, got \"{url}\"");
            }
        }

        CheckPorts("http_ports", configuration, errors);
        CheckPorts("https_ports", configuration, errors);
    }

    // Kestrel makes "http://*:abc" of "abc", and that is port 80 on every address.
    private static void CheckPorts(string key, IConfiguration configuration, StartupErrors errors)
    {
        foreach (var port in (configuration[key] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                errors.Add(key, $"must be ports from 0 to 65535 with semicolons between, got \"{port}\"");
            }
        }
    }

    /// <summary>What is wrong with an address to listen on; null when nothing is.</summary>
    public static string? Problem(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return "must be http://address:port";
        }

        return address switch
        {
            { Scheme: not ("http" or "https") } => "must begin with http:// or https://",
            { Port: < 0 or > 65535 } => "must have a port from 0 to 65535",
            { PathBase.Length: > 0 } => "must not have a path",
            _ => null,
        };
    }
}
