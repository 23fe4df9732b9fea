using Gateway.Tests.Client;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>What clients of each kind send; the kinds are told by these fields and the target alone.</summary>
internal static class Clients
{
    public static readonly string[] EventSource = ["Accept: text/event-stream", Browser.NoCache];
    public static readonly string[] Mcp = ["Accept: text/event-stream", "MCP-Protocol-Version: 2025-11-25", "Mcp-Session-Id: 1868a90c"];
    public static readonly string[] Program = ["Accept: text/event-stream"];

    /// <summary>The fields, and the target, of a client by its name.</summary>
    public static (string Method, string Target, string[] Fields) Of(string name) => name switch
    {
        "Chromium" => ("GET", "/events", Browser.EventSourceFields),
        "EventSource" => ("GET", "/events", EventSource),
        "MCP" => ("GET", "/mcp", Mcp),
        "durable-streams" => ("GET", "/stream?offset=-1&live=sse", ["Accept: text/event-stream"]),
        "who asks" => ("GET", "/events", [.. Program, "Gateway-Notices: on"]),
        "fetch" => ("GET", "/events", ["Accept: text/event-stream", "User-Agent: Mozilla/5.0", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"]),
        "httpx-sse" => ("GET", "/events", ["Accept: text/event-stream", "Cache-Control: no-store"]),
        "fetch-event-source" => ("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 7"]),
        "openai retrieve" => ("GET", "/v1/responses/resp_1?stream=true", ["Accept: application/json"]),
        "SignalR" => ("GET", "/hub?id=1", ["Accept: text/event-stream", "User-Agent: Microsoft SignalR/8.0"]),
        "curl" => ("GET", "/events", ["Accept: */*"]),
        "POST" => ("POST", "/v1/chat/completions", ["Accept: application/json"]),
        "POST that asks" => ("POST", "/v1/chat/completions", ["Accept: text/event-stream", Browser.NoCache, "Gateway-Notices: on"]),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
