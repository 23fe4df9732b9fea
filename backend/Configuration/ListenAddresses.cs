namespace ChatBackend.Configuration;

/// <summary>Checks the addresses to listen on with the other settings: Kestrel's own complaint comes late, as an exception without the setting's
/// name.</summary>
internal static class ListenAddresses
{
    /// <summary>An error line for each address in <c>urls</c> that cannot be one.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) =>
        (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(url => !IsAddress(url))
            .Select(url => $"urls: '{url}' is not an address such as {ChatApp.DefaultAddress} (scheme http or https, port up to 65535, no path)");

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= ushort.MaxValue, PathBase.Length: 0 };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
