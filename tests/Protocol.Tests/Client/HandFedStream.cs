using System.Text;
using System.Threading.Channels;

namespace Protocol.Tests.Client;

/// <summary>A body that gives what the test feeds, when it feeds it.</summary>
internal sealed class HandFedStream : ReadOnlyStream
{
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<bool> _reads = Channel.CreateUnbounded<bool>();
    private int _awaited;
    private int _fed;

    public void Feed(string text)
    {
        _fed++;
        _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Waits until all that was fed has been read and more is asked for.</summary>
    public async Task IsWaitedForAsync()
    {
        for (; _awaited <= _fed; _awaited++)
            await _reads.Reader.ReadAsync(Deadline.Token);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _reads.Writer.TryWrite(true);
        var piece = await _pieces.Reader.ReadAsync(cancellationToken);
        piece.CopyTo(buffer);
        return piece.Length;
    }
}
