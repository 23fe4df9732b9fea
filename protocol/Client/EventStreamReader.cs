using System.Buffers;
using System.Text;

namespace SseGateway.Protocol;

/// <summary>The events of one connection. Reads on only when asked for the next event, so a slow application slows the server down.</summary>
internal sealed class EventStreamReader : IDisposable
{
    // Most streams carry small events, and there may be thousands of idle ones: it grows to what the largest event needs.
    private const int InitialBuffer = 4096;
    private static readonly ServerSentEvent None = new("", "", "");

    private readonly HttpResponseMessage _response;
    private readonly EventSourceOptions _options;
    private readonly ResumePoint _resume;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _closing;
    private readonly CancellationTokenSource? _silence;
    private readonly CancellationTokenRegistration _stopsSilence;
    private Stream? _body;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
    private int _start;
    private int _end;
    private FrameScanner _scanner;
    private Rhythm _rhythm;

    /// <param name="response">An open stream; disposed of with the reader, or as soon as <paramref name="stop"/> is cancelled.</param>
    /// <param name="options">Limits and clock.</param>
    /// <param name="resume">Kept up to date with ids and reconnection times.</param>
    /// <param name="stop">Ends the stream.</param>
    public EventStreamReader(HttpResponseMessage response, EventSourceOptions options, ResumePoint resume, CancellationTokenSource stop)
    {
        _response = response;
        _options = options;
        _resume = resume;
        _stop = stop;
        _scanner = new FrameScanner(options.MaxEventBytes, skipIgnored: true);
        // While the application handles an event no read is pending that the token could end: without this the connection would stay till the next one.
        _closing = stop.Token.UnsafeRegister(static state => ((HttpResponseMessage)state!).Dispose(), response);
        if (options.ReadTimeout != Timeout.InfiniteTimeSpan || options.ReadTimeoutByRhythm)
        {
            _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
            _stopsSilence = stop.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _silence);
        }
    }

    /// <summary>The event that the last successful <see cref="MoveNextAsync"/> came to.</summary>
    public ServerSentEvent Current { get; private set; } = None;

    /// <summary>Why there is no further event; null while there may be, and when the stream was stopped from here.</summary>
    public EventSourceException? Failure { get; private set; }

    /// <summary>True when at least one byte has come.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>Waits for the next event.</summary>
    /// <returns>False at the end, whatever its kind: see <see cref="Failure"/>.</returns>
    public async ValueTask<bool> MoveNextAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            switch (TakeEvent())
            {
                case FrameScanStatus.Frame:
                    return true;
                case FrameScanStatus.TooLarge:
                    var inner = new FrameTooLargeException(_options.MaxEventBytes);
                    Failure = new(EventSourceFailure.EventTooLarge, inner.Message, inner);
                    return false;
            }
            if (!await FillAsync().ConfigureAwait(false))
                return false;
        }
        return false;
    }

    public void Dispose()
    {
        _closing.Dispose();
        _stopsSilence.Dispose();
        _silence?.Dispose();
        _response.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private FrameScanStatus TakeEvent()
    {
        while (true)
        {
            var status = _scanner.TryRead(_buffer.AsSpan(_start, _end - _start), out var frame, out var consumed);
            _start += consumed;
            if (_scanner.RetryMilliseconds is { } milliseconds)
                _resume.ReconnectDelay = TimeSpan.FromMilliseconds(milliseconds);
            if (status is not FrameScanStatus.Frame)
                return status;
            if (frame.HasId)
                _resume.LastEventId = Encoding.UTF8.GetString(frame.Id);
            if (frame.IsEvent)
            {
                Current = new ServerSentEvent(TypeOf(frame.Type), DataOf(frame), _resume.LastEventId);
                return status;
            }
        }
    }

    // The type before is most often the type again.
    private string TypeOf(ReadOnlySpan<byte> type)
    {
        if (type.IsEmpty)
            return "message";
        return Ascii.Equals(type, Current.Type) ? Current.Type : Encoding.UTF8.GetString(type);
    }

    private static string DataOf(Frame frame)
    {
        if (frame.TryGetData(out var data))
            return Encoding.UTF8.GetString(data);
        var joined = ArrayPool<byte>.Shared.Rent(frame.DataLength);
        frame.CopyDataTo(joined);
        var text = Encoding.UTF8.GetString(joined.AsSpan(0, frame.DataLength));
        ArrayPool<byte>.Shared.Return(joined);
        return text;
    }

    private async ValueTask<bool> FillAsync()
    {
        MakeRoom();
        var patience = Timeout.InfiniteTimeSpan;
        try
        {
            _body ??= await _response.Content.ReadAsStreamAsync(_stop.Token).ConfigureAwait(false);
            patience = Patience;
            _silence?.CancelAfter(patience);
            var asked = _options.TimeProvider.GetTimestamp();
            var count = await _body.ReadAsync(_buffer.AsMemory(_end), _silence?.Token ?? _stop.Token).ConfigureAwait(false);
            _silence?.CancelAfter(Timeout.InfiniteTimeSpan);
            if (HasReceived)
                _rhythm.Note(_options.TimeProvider.GetElapsedTime(asked));
            _end += count;
            HasReceived |= count > 0;
            if (count == 0)
                Failure = new(EventSourceFailure.Ended, "The stream came to its end.");
            return count > 0;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            if (!_stop.IsCancellationRequested)
            {
                Failure = _silence is { IsCancellationRequested: true }
                    ? new(EventSourceFailure.ReadTimeout, $"Not a byte came for {patience}.", exception)
                    : new(EventSourceFailure.Broken, "The stream broke off: " + exception.Message, exception);
            }
            return false;
        }
    }

    private TimeSpan Patience =>
        _options.ReadTimeout != Timeout.InfiniteTimeSpan ? _options.ReadTimeout
        : _options.ReadTimeoutByRhythm ? _rhythm.Patience ?? Timeout.InfiniteTimeSpan
        : Timeout.InfiniteTimeSpan;

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length == 0)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length && length <= _buffer.Length / 2)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, length);
            (_start, _end) = (0, length);
        }
        else if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, _start, larger, 0, length);
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (larger, 0, length);
        }
    }
}
