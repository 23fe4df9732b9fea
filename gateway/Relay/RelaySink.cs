using SseGateway.Transport.Client;

namespace SseGateway.Relay;

/// <summary>
/// The client's end of a relay: every write is one flush, so bytes leave as they come and the next upstream read waits for the client.
/// </summary>
internal sealed class RelaySink(RelayOutput output) : WriteOnlyStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? default : output.WriteAsync(buffer);

    // Every write is flushed already.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
