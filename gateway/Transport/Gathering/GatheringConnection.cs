using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// A connection on which TLS is to come. Where it agrees on HTTP/2, what the streams write is gathered before it is encrypted: TLS sets the
/// connection's transport to its own, and that is the place between the two.
/// </summary>
internal sealed class GatheringConnection(ConnectionContext connection) : ConnectionContext
{
    private readonly IDuplexPipe _raw = connection.Transport;
    private IDuplexPipe _transport = connection.Transport;

    public override IDuplexPipe Transport
    {
        get => _transport;
        set => _transport = value != _raw && Tls() is { } tls ? new GatheringTransport(value, new GatheredWriter(tls, GatheringRound.Shared)) : value;
    }

    public override string ConnectionId
    {
        get => connection.ConnectionId;
        set => connection.ConnectionId = value;
    }

    public override IFeatureCollection Features => connection.Features;

    public override IDictionary<object, object?> Items
    {
        get => connection.Items;
        set => connection.Items = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => connection.ConnectionClosed;
        set => connection.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => connection.LocalEndPoint;
        set => connection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => connection.RemoteEndPoint;
        set => connection.RemoteEndPoint = value;
    }

    public override void Abort() => connection.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => connection.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    private SslStream? Tls() =>
        connection.Features.Get<ISslStreamFeature>()?.SslStream is { } tls && tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? tls : null;
}
