using SseGateway.Transport.Client;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>A client that takes every write, and says so.</summary>
internal sealed class NotedTarget(Action note) : WriteOnlyStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        note();
        return default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
