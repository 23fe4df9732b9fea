namespace SseGateway.Streams.Output;

/// <summary>What one sweep after another sees of the writes to a client: the times that no write takes note of itself.</summary>
internal struct WriteWatch
{
    private long _seenBytes;
    private int _seenWrites;
    private bool _seenWriting;
    private TimeSpan _writingSince;

    /// <summary>When bytes were last written, as the sweep has seen it.</summary>
    public TimeSpan LastWrite { get; private set; }

    /// <summary>How long the write under way has been waiting for the client, as the sweep has seen it.</summary>
    public TimeSpan Waiting { get; private set; }

    /// <summary>Silence counts from here.</summary>
    public void Start(TimeSpan now) => LastWrite = now;

    /// <summary>Takes note of what has happened since the last sweep.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="bytes">Bytes written so far.</param>
    /// <param name="writing">True while a write is under way.</param>
    /// <param name="writes">Writes begun so far.</param>
    public void Sweep(TimeSpan now, long bytes, bool writing, int writes)
    {
        if (bytes != _seenBytes)
        {
            _seenBytes = bytes;
            LastWrite = now;
        }

        // The last sweep may have been long ago: a write that was not under way then has waited since now.
        if (!writing || !_seenWriting || writes != _seenWrites)
        {
            _seenWrites = writes;
            _writingSince = now;
        }

        _seenWriting = writing;
        Waiting = now - _writingSince;
    }
}
