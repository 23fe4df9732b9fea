using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseGateway.Transport.Client;

namespace SseGateway.Transport.Gathering;

internal static class GatheringExtensions
{
    /// <summary>Has what the streams of a connection of HTTP/2 write gathered.</summary>
    /// <param name="endpoint">Complete.</param>
    /// <param name="next">Serves a connection: TLS, or HTTP where there is none.</param>
    public static ConnectionDelegate Gathered(this ListenOptions endpoint, ConnectionDelegate next) => Http2Preface.IsTls(endpoint)
        ? connection => next(new GatheringConnection(connection))
        : connection =>
        {
            if (Http2Preface.IsOn(connection, endpoint) && connection.Features.Get<Handover>() is { } direct)
            {
                var output = new GatheredWriter(new SocketStream(direct.Output), GatheringRound.Shared);
                connection.Transport = new GatheringTransport(connection.Transport, output);
            }

            return next(connection);
        };
}
