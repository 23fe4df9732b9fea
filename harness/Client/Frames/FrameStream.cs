using System.Threading.Channels;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client.Frames;

/// <summary>A stream of a <see cref="FrameConnection"/>: what has come for it waits here until it is read.</summary>
internal sealed class FrameStream(FrameConnection connection, int id, CancellationToken cancellation)
{
    private readonly TaskCompletionSource<int?> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(byte[] Bytes, int Window)> _pieces = Channel.CreateUnbounded<(byte[], int)>();
    private long _received;
    private int _owed;

    public FrameConnection Connection { get; } = connection;

    public int Id { get; } = id;

    /// <summary>Bytes of the body that have come, read or not.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How the stream ended; null while it has not, or not all was read before it.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>The code of a RST_STREAM.</summary>
    public int? ResetCode { get; private set; }

    /// <summary>Completes when the stream has ended.</summary>
    public Task Ended => _pieces.Reader.Completion;

    /// <summary>The status of the answer; null when the stream ended without one.</summary>
    /// <exception cref="NotSeenException">Neither came in time.</exception>
    public Task<int?> ReadStatusAsync(TimeSpan? limit = null) =>
        Patience.ForAsync(token => _status.Task.WaitAsync(token), "the head of the answer on an HTTP/2 stream", limit, cancellation);

    /// <summary>The answer, its body unread.</summary>
    /// <exception cref="NotSeenException">It did not come, or the stream ended without one.</exception>
    public async Task<FrameAnswer> ReadResponseAsync(TimeSpan? limit = null)
    {
        var status = await ReadStatusAsync(limit) ?? throw new NotSeenException(
            $"the stream ended without an answer ({Ending}, code {ResetCode?.ToString(provider: null) ?? "none"})");
        return new FrameAnswer(this, status, Connection.Tap.Ms, Connection.Tap, cancellation);
    }

    /// <summary>Leaves by RST_STREAM with CANCEL.</summary>
    public Task ResetAsync() => Connection.SendAsync(Http2Frame.Cancel(Id));

    /// <summary>The next piece of the body, for which the window is given back when half of it is taken; null at its end.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken token)
    {
        if (!await _pieces.Reader.WaitToReadAsync(token) || !_pieces.Reader.TryRead(out var piece))
        {
            return null;
        }

        // A frame for each event would be taken for a flood of them by some.
        _owed += piece.Window;
        if (_owed > Connection.Window / 2)
        {
            await Connection.SendAsync(new Http2Frame(Http2FrameType.WindowUpdate, Id, Http2Frame.Number(_owed)));
            _owed = 0;
        }

        return piece.Bytes;
    }

    internal void Head(int status)
    {
        if (status is 0 or >= 200)
        {
            _status.TrySetResult(status);
        }
    }

    internal void Receive(byte[] bytes, int window)
    {
        Interlocked.Add(ref _received, bytes.Length);
        _pieces.Writer.TryWrite((bytes, window));
    }

    internal void End(Ending ending, int? code)
    {
        if (Ending is null)
        {
            (Ending, ResetCode) = (ending, code);
        }

        _status.TrySetResult(null);
        _pieces.Writer.TryComplete();
    }
}
