using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Endings;

/// <summary>
/// What the gateway may put into a stream, and how the stream ends: by who reads it and why it ends.
/// </summary>
/// <remarks>
/// <para>Silent unless asked: SDKs take an event they do not know for a chunk or an error, and a block with a lone <c>retry</c> for an empty
/// event. Notices and <c>retry</c> are for readers that are known to live with them, and for whoever asks.</para>
/// <para>A cut unless asked: every SDK takes a cut for an error and asks again or says so; half of them take a clean end for a finished answer.
/// Nobody whose request cannot be repeated gets a clean end that the upstream did not make. Where its dialect has a form for errors it gets one
/// before the cut.</para>
/// <para>The upstream's own end is passed on as it was: a cut stays a cut, a clean end a clean one.</para>
/// </remarks>
internal static class EndingTable
{
    /// <summary>True when <c>gateway.expiring</c> may stand in the stream. <c>gateway.gap</c> is for every client of a shared stream.</summary>
    public static bool TakesNotices(Reader reader) => reader.AsksForNotices || reader.Dialect == Dialect.EventSource;

    /// <summary>True when a <c>retry</c> of the gateway's may stand in the stream.</summary>
    public static bool TakesRetry(Reader reader) => For(reader, eventSource: true, mcp: true, durable: false, told: false, other: false);

    /// <summary>
    /// True when what the gateway ends is cut. Then the head does not say <c>Connection: close</c>: with it, Node's fetch takes a connection's end
    /// for the body's, chunked or not, and the cut for a finished answer.
    /// </summary>
    public static bool IsCut(Reader reader) => For(reader, eventSource: false, mcp: false, durable: false, told: true, other: true);

    /// <summary>How a stream ends.</summary>
    /// <param name="reader">Who reads it.</param>
    /// <param name="reason">Why it ends.</param>
    /// <param name="wholeFrames">True for a shared stream, whose upstream may fail without leaving half a frame at the clients.</param>
    public static Ending Of(Reader reader, CloseReason reason, bool wholeFrames) => (reason, wholeFrames) switch
    {
        //                                                EventSource, or asks    MCP's GET            durable-streams  has an error form everybody else
        (CloseReason.ClientClosed, _) => For(reader,      Ending.Gone,            Ending.Gone,         Ending.Gone,     Ending.Gone,      Ending.Gone),
        (CloseReason.Vanished, _) => For(reader,          Ending.Gone,            Ending.Gone,         Ending.Gone,     Ending.Gone,      Ending.Gone),
        (CloseReason.UpstreamEnded, _) => Ending.AsItCame, // a shared stream's retry is in it
        (CloseReason.UpstreamFailed, false) => For(reader, Ending.Broken,         Ending.Broken,       Ending.Broken,   Ending.Told,      Ending.Broken),
        (CloseReason.UpstreamFailed, true) => For(reader, Ending.Soon,            Ending.Soon,         Ending.Clean,    Ending.Told,      Ending.Cut),
        (CloseReason.Slow, _) => For(reader,              Ending.Broken,          Ending.Broken,       Ending.Broken,   Ending.Broken,    Ending.Broken),
        (CloseReason.Drained, _) => For(reader,           Ending.Soon,            Ending.AfterRestart, Ending.Clean,    Ending.Told,      Ending.Cut),
        (CloseReason.Evicted, _) => For(reader,           Ending.Later,           Ending.Later,        Ending.Clean,    Ending.Told,      Ending.Cut),
        (CloseReason.Revoked, _) => For(reader,           Ending.Clean,           Ending.Clean,        Ending.Clean,    Ending.Told,      Ending.Cut),
        _ => For(reader,                                  Ending.Soon,            Ending.Soon,         Ending.Clean,    Ending.Told,      Ending.Cut),
        // lifetime, expired, limit, error
    };

    private static T For<T>(Reader reader, T eventSource, T mcp, T durable, T told, T other) => reader switch
    {
        { CanComeBack: true } and ({ AsksForNotices: true } or { Dialect: Dialect.EventSource }) => eventSource,
        { CanComeBack: true, Dialect: Dialect.Mcp } => mcp,
        { CanComeBack: true, Dialect: Dialect.DurableStreams } => durable,
        _ => ErrorForm.Of(reader.Dialect) is null ? other : told,
    };
}
