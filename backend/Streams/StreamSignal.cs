using System.Threading.Channels;

namespace ChatBackend.Streams;

/// <summary>Wakes one waiting stream. Set any number of times before the wait, it wakes once; setting never blocks and never runs the stream's code.</summary>
internal sealed class StreamSignal
{
    private readonly Channel<byte> _channel = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, AllowSynchronousContinuations = false });

    public void Set() => _channel.Writer.TryWrite(0);

    public ValueTask<byte> WaitAsync() => _channel.Reader.ReadAsync();
}
