namespace SseGateway.Streams.Output;

/// <summary>Comments that keep a silent stream alive.</summary>
internal static class Heartbeat
{
    /// <summary>
    /// For readers with a parser: a comment line and nothing else. A blank line after it is an empty event to some of them (openai-python 3.3,
    /// httpx-sse 0.4, fetch-event-source), and an error to .NET's SignalR client up to 8.0.
    /// </summary>
    public static readonly byte[] Line = ":\n"u8.ToArray();

    /// <summary>For hand-written readers, which split at blank lines and look at how a piece begins: a piece of its own.</summary>
    public static readonly byte[] Block = ":\n\n"u8.ToArray();
}
