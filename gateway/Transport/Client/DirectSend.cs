using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseGateway.Transport.Gathering;

namespace SseGateway.Transport.Client;

/// <summary>
/// Sends what the server writes straight to the connection's socket instead of through Kestrel's output pipe, its sending loop
/// and their buffers (one thread hop and one buffer less per event). The HTTP framing stays Kestrel's.
/// </summary>
internal static class DirectSend
{
    public static void UseDirectSend(this ListenOptions endpoint) => endpoint.Use(next =>
    {
        // Called when the endpoint is complete.
        var http = endpoint.Gathered(next);
        var limits = Http2Preface.DecidesOn(endpoint) ? endpoint.KestrelServerOptions.Limits : null;
        return connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            {
                return next(connection);
            }

            var handover = new Handover(connection, socket);
            connection.Features.Set(handover);
            connection.Transport = new DirectSendTransport(connection.Transport.Input, handover.Output);
            return handover.RunAsync(http, limits);
        };
    });

    private sealed class DirectSendTransport(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
