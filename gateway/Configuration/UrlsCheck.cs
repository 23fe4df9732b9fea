namespace SseGateway.Configuration;

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
    }

    private static string? Problem(string url)
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
