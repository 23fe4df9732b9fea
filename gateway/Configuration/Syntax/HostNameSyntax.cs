namespace SseGateway.Configuration.Syntax;

/// <summary>Names of hosts, as they are compared: in lower case, without the dot at the end that says that a name is whole.</summary>
internal static class HostNameSyntax
{
    public static bool TryParse(string text, out string name)
    {
        name = Normal(text);
        return Uri.CheckHostName(name) == UriHostNameType.Dns;
    }

    public static string Normal(string name) => (name.EndsWith('.') ? name[..^1] : name).ToLowerInvariant();
}
