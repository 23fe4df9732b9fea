namespace Gateway.Tests.Client;

/// <summary>What browsers send.</summary>
internal static class Browser
{
    /// <summary>The fields of Chromium's EventSource, without Origin.</summary>
    public static readonly string[] EventSourceFields =
    [
        "Accept: text/event-stream",
        "Cache-Control: no-cache",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Accept-Language: en-US,en;q=0.9",
        "Sec-Fetch-Dest: empty",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Site: same-origin",
    ];
}
