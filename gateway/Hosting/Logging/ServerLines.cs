using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// What of the server's own lines is an alarm. Kestrel calls it an error, or critical, when a connection breaks where it did not expect it; any client can
/// break one there, and whoever is woken by such lines could be woken by anybody.
/// </summary>
internal static class ServerLines
{
    /// <summary>
    /// A phone that lost its network, a client that does not read: Kestrel, which takes a reset for what it is, warns of each with a stack. The log has the
    /// stream and how it ended.
    /// </summary>
    public static bool IsVanishedClient(Exception? exception) => exception is SocketException { SocketErrorCode: SocketError.TimedOut };

    /// <summary>The level a line is printed with.</summary>
    /// <param name="level">The server's.</param>
    /// <param name="text">The line.</param>
    /// <param name="exception">What it is about.</param>
    public static LogLevel Level(LogLevel level, string text, Exception? exception) =>
        level > LogLevel.Warning && !text.StartsWith(Listener, StringComparison.Ordinal) && (IsOfConnection(text) || IsOfConnection(exception))
            ? LogLevel.Warning
            : level;

    // That nobody can connect any more is one.
    private const string Listener = "The connection listener";

    // HttpConnection, Http2Connection, Http2FrameWriter, SocketConnection; of some it has nothing but their names to say.
    private static bool IsOfConnection(string text) =>
        text.StartsWith("Unexpected exception in ", StringComparison.Ordinal) || text.EndsWith(" failed unexpectedly", StringComparison.Ordinal)
        || text.StartsWith("Unhandled exception while processing ", StringComparison.Ordinal);

    private static bool IsOfConnection(Exception? exception) => exception is not null
        && (exception is IOException or SocketException or OperationCanceledException or ConnectionAbortedException or BadHttpRequestException
            or ObjectDisposedException or AuthenticationException
            || IsOfConnection(exception.InnerException));
}
