using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SseGateway.Transport;

/// <summary>
/// Sends what the server writes straight to the connection's socket instead of through Kestrel's output pipe, its sending loop
/// and their buffers (DESIGN section 11: one thread hop and one buffer less per event). The HTTP framing stays Kestrel's.
/// </summary>
internal static class DirectSend
{
    public static void UseDirectSend(this ListenOptions endpoint) =>
        endpoint.Use(next => connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
            {
                connection.Transport = new DirectSendTransport(connection, socket);
            }

            return next(connection);
        });

    private sealed class DirectSendTransport(ConnectionContext connection, Socket socket) : IDuplexPipe
    {
        public PipeReader Input { get; } = connection.Transport.Input;

        public PipeWriter Output { get; } = new SocketPipeWriter(connection, socket);
    }
}
