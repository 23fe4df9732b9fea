namespace SseGateway.Streams.Dialects;

/// <summary>
/// Request feature: one value of the request's JSON body, seen while the body passed on its way to the service, which changes and delays nothing.
/// </summary>
internal sealed class RequestPeek(byte[] name)
{
    // What it stands behind in a body that is longer is somebody's picture.
    private const long MostBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();

    // Guarded by _lock, both: a stream may end while its request's body is still on its way.
    private TopLevelValue _value = new(name);
    private long _left = MostBytes;

    /// <summary>By which the APIs of models are asked for a stream.</summary>
    public static byte[] Stream { get; } = "stream"u8.ToArray();

    /// <summary>As it stood there, a text with its quotes; null when it has not come, or will not.</summary>
    public ReadOnlyMemory<byte>? Value
    {
        get
        {
            lock (_lock)
            {
                return _value.Value;
            }
        }
    }

    /// <summary>Takes note of the next bytes of the body.</summary>
    public void Look(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_left > 0)
            {
                _left = _value.Look(bytes) ? _left - bytes.Length : 0;
            }
        }
    }
}
