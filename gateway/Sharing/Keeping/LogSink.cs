using System.Buffers;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Sharing.Keeping;

/// <summary>Straight into the log of this process. With ids of the gateway's a frame gets one in place of its own.</summary>
internal sealed class LogSink(SharedStream shared) : IFrameSink
{
    private readonly ArrayBufferWriter<byte> _rewritten = new();

    public long Next => shared.Log.Next;

    public string Epoch { get; set; } = Convert.ToHexStringLower(BitConverter.GetBytes(Random.Shared.NextInt64()));

    public bool IsMirrored => false;

    public void Append(in LogFrame frame)
    {
        if (shared.Settings.Ids == EventIds.Upstream || frame.IsOwn)
        {
            shared.Log.Append(frame);
            return;
        }

        _rewritten.ResetWrittenCount();
        var idLength = OwnIds.Rewrite(frame.Bytes, Epoch, Next, _rewritten);
        shared.Log.Append(new LogFrame
        {
            Bytes = _rewritten.WrittenSpan,
            Id = OwnIds.Start..(OwnIds.Start + idLength),
            IsEvent = frame.IsEvent,
            IsSnapshot = frame.IsSnapshot,
            UpstreamId = frame.UpstreamId,
            Content = frame.Content,
        });
    }

    /// <summary>A snapshot from before all that is in the log, with the id that it has had.</summary>
    public void Remember(long number, in LogFrame frame)
    {
        if (shared.Settings.Ids == EventIds.Upstream)
        {
            shared.Log.Remember(number, frame.Bytes);
            return;
        }

        _rewritten.ResetWrittenCount();
        OwnIds.Rewrite(frame.Bytes, Epoch, number, _rewritten);
        shared.Log.Remember(number, _rewritten.WrittenSpan);
    }

    public ValueTask FlushAsync()
    {
        shared.Publish();
        return default;
    }

    public Task CatchUpAsync() => Task.CompletedTask;

    public void Wanted()
    {
    }

    public void BeginAfter(ReadOnlySpan<byte> cursor)
    {
    }

    public void Opened(UpstreamHead head)
    {
    }
}
