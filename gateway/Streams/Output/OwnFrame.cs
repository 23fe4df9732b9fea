using System.Text;
using SseGateway.Protocol;

namespace SseGateway.Streams.Output;

/// <summary>
/// A frame of the gateway's own in the line ends of the stream it comes into. Some clients go by the first line end that they see
/// (launchdarkly-eventsource 2.2, eventsource 2.0): with another one in between they take the next events for one.
/// </summary>
internal static class OwnFrame
{
    /// <param name="frame">As it is written by the gateway, with LF.</param>
    /// <param name="end">What the stream has shown.</param>
    public static byte[] In(byte[] frame, LineEnd end) => end switch
    {
        LineEnd.CarriageReturn => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(frame).Replace('\n', '\r')),
        LineEnd.CarriageReturnLineFeed => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(frame).Replace("\n", "\r\n", StringComparison.Ordinal)),
        _ => frame,
    };
}
