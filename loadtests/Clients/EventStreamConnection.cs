using System.Net.Sockets;

namespace LoadTests.Clients;

/// <summary>
/// One event stream, as lean as it can be: HttpClient takes many times the memory and CPU, which thousands of streams would take away from
/// the gateways on the same machine.
/// </summary>
internal abstract class EventStreamConnection : IDisposable
{
    /// <summary>Of the answer.</summary>
    public ResponseHead Head { get; protected set; }

    /// <summary>The last <c>retry</c> of this stream; null for none.</summary>
    public abstract TimeSpan? Retry { get; }

    /// <summary>Asks for a stream, on a connection of its own or one that it shares with others, and waits for the head of the answer.</summary>
    /// <param name="request">For which.</param>
    /// <param name="lastEventId">Empty for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="StreamRefusedException">The answer is a refusal, in-band or by its status.</exception>
    /// <exception cref="IOException">The answer is something else than a stream, or the connection is not what was asked for.</exception>
    public static async Task<EventStreamConnection> OpenAsync(StreamRequest request, string lastEventId, CancellationToken cancellation) =>
        request.Shared is { } connections
            ? await connections.OpenAsync(request, lastEventId, cancellation)
            : await Http1Stream.OpenAsync(request, lastEventId, cancellation);

    /// <summary>Reads to the end of the stream; after a cancellation it can go on.</summary>
    /// <param name="take">Gets every frame with data or an id; comments, when the request says so.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The body is malformed, or a frame is longer than the buffer.</exception>
    public abstract Task<StreamEnd> ReadAsync(FrameHandler take, CancellationToken cancellation);

    /// <summary>Leaves.</summary>
    public abstract void Dispose();
}
