using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseGateway.Streams.Network;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// A connection on which TLS is to come. Where it agrees on HTTP/2, what the streams write is gathered before it is encrypted: TLS sets the
/// connection's transport to its own, and that is the place between the two.
/// </summary>
internal sealed class GatheringConnection(ConnectionContext connection) : DelegatingConnection(connection)
{
    private readonly IDuplexPipe _raw = connection.Transport;
    private IDuplexPipe _transport = connection.Transport;

    public override IDuplexPipe Transport
    {
        get => _transport;
        set => _transport = value != _raw && Features.Get<ISslStreamFeature>()?.SslStream is { } tls ? Above(tls, value) : value;
    }

    private static IDuplexPipe Above(SslStream tls, IDuplexPipe transport)
    {
        RecordBuffers.ReleaseWhenEmpty(tls);
        return tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
            ? new GatheringTransport(transport, new GatheredWriter(tls, GatheringRound.Shared))
            : transport;
    }
}
