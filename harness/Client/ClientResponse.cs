using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>An answer of the target over HTTP/1.1.</summary>
internal sealed class ClientResponse(
    ClientConnection connection, MessageHead head, IReadOnlyList<MessageHead> interim, double headMs, WireTap tap, CancellationToken cancellation)
    : TargetAnswer(head, interim, headMs, tap, cancellation)
{
    public ClientConnection Connection { get; } = connection;

    public override void Dispose() => Connection.Dispose();

    protected override Task<(int Count, Ending? Ending)> PullAsync(Memory<byte> into, CancellationToken token) => Connection.Reader.ReadBodyAsync(into, token);
}
