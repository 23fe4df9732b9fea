using SseGateway.Transport.Client;

namespace SseGateway.Transport.Gathering;

/// <summary>The socket of a connection without TLS, as what is gathered is sent to it.</summary>
internal sealed class SocketStream(SocketPipeWriter socket) : WriteOnlyStream
{
    /// <exception cref="IOException">The client is gone.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if ((await socket.SendAsync(buffer, cancellationToken)).IsCompleted)
        {
            throw new IOException("The client has closed the connection.");
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
