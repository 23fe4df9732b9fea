using System.Text;
using SseGateway.Transport.Client;

namespace Gateway.Tests.Hosting;

/// <summary>A file on a disk that is full after some bytes: a write takes those that fit, and fails for the others.</summary>
internal sealed class FullStream(int room) : WriteOnlyStream
{
    private readonly MemoryStream _written = new();
    private readonly Lock _lock = new();
    private int _room = room;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Encoding.UTF8.GetString(_written.ToArray());
            }
        }
    }

    /// <summary>There is room again.</summary>
    public void Empty()
    {
        lock (_lock)
        {
            _room = int.MaxValue;
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            var taken = Math.Min(count, _room);
            _written.Write(buffer, offset, taken);
            _room -= taken;
            if (taken < count)
            {
                throw new IOException("No space left on device");
            }
        }
    }

    public override void Flush()
    {
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.ToArray(), 0, buffer.Length);
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        _written.Dispose();
        base.Dispose(disposing);
    }
}
