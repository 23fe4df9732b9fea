using SseGateway.Protocol;

namespace SseGateway.Streams.Output;

/// <summary>Comments that keep a silent stream alive.</summary>
internal static class Heartbeat
{
    private static readonly byte[][] Lines = InEach(":\n"u8);
    private static readonly byte[][] Blocks = InEach(":\n\n"u8);

    /// <summary>
    /// For readers with a parser: a comment line and nothing else. A blank line after it is an empty event to some of them (openai-python 3.3,
    /// httpx-sse 0.4, fetch-event-source), and an error to .NET's SignalR client up to 8.0.
    /// </summary>
    public static byte[] Line(LineEnd end) => Lines[(int)end];

    /// <summary>For hand-written readers, which split at blank lines and look at how a piece begins: a piece of its own.</summary>
    public static byte[] Block(LineEnd end) => Blocks[(int)end];

    private static byte[][] InEach(ReadOnlySpan<byte> comment)
    {
        var frame = comment.ToArray();
        return [.. Enum.GetValues<LineEnd>().Select(end => OwnFrame.In(frame, end))];
    }
}
