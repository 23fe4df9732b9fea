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
        set => _transport = value != _raw && Tls() is { } tls ? new GatheringTransport(value, new GatheredWriter(tls, GatheringRound.Shared)) : value;
    }

    private SslStream? Tls() =>
        Features.Get<ISslStreamFeature>()?.SslStream is { } tls && tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? tls : null;
}
