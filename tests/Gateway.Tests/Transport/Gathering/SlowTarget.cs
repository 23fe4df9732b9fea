using Gateway.Tests.Wire;
using SseGateway.Transport.Client;

namespace Gateway.Tests.Transport.Gathering;

/// <summary>A client that takes a write when it is told to, or always.</summary>
internal sealed class SlowTarget : WriteOnlyStream
{
    private readonly SemaphoreSlim _taken = new(0);
    private readonly List<byte[]> _writes = [];
    private volatile bool _takes = true;

    public Exception? Failure { get; set; }

    public byte[][] Writes
    {
        get
        {
            lock (_writes) return [.. _writes];
        }
    }

    public byte[] Bytes => [.. Writes.SelectMany(bytes => bytes)];

    public void Stop() => _takes = false;

    public void GoOn()
    {
        _takes = true;
        _taken.Release();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Failure is { } failure) throw failure;
        lock (_writes) _writes.Add(buffer.ToArray());
        if (!_takes) await Deadline.ForAsync(_taken.WaitAsync(cancellationToken));
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
