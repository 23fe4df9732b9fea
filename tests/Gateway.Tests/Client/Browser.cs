namespace Gateway.Tests.Client;

/// <summary>What browsers send.</summary>
internal static class Browser
{
    /// <summary>With <c>Accept: text/event-stream</c> the sign of an EventSource.</summary>
    public const string NoCache = "Cache-Control: no-cache";

    /// <summary>The fields of Chromium's EventSource, without Origin.</summary>
    public static readonly string[] EventSourceFields =
    [
        "Accept: text/event-stream",
        NoCache,
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Accept-Language: en-US,en;q=0.9",
        "Sec-Fetch-Dest: empty",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Site: same-origin",
    ];
}
