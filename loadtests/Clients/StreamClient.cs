using System.Net.Sockets;
using System.Text;
using LoadTests.Measures;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Clients;

/// <summary>
/// A client of numbered events on a lean connection. When its stream ends it comes back as a browser's <c>EventSource</c> does: after the time
/// it was told to wait, with the last id it has.
/// </summary>
/// <param name="request">What it asks for.</param>
/// <param name="measured">Where it counts.</param>
/// <param name="timed">Whether the age of its events counts: not when it is the client that is late.</param>
internal class StreamClient(StreamRequest request, IMeasured measured, bool timed = true) : LoadClient
{
    // What a browser waits by default is 3 s and more; a run is to be short.
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromSeconds(1);

    private readonly byte[] _id = new byte[32];
    private readonly EventTrail _trail = new(measured, timed);
    private int _idLength;
    private volatile bool _isOpen;

    /// <summary>Whether it has a stream.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Whether it has had an event.</summary>
    public bool HasBegun => _trail.HasBegun;

    // One that is on its way back misses what it has not seen; one that never got in, nothing.
    public override long Missing(long newest) => _isOpen || _trail.HasBegun ? _trail.Missing(newest) : 0;

    public override async Task RunAsync(CancellationToken leave)
    {
        var closed = 0L;
        for (var first = true; !leave.IsCancellationRequested; first = false)
        {
            if (!first)
            {
                measured.Reconnect();
                Reconnecting();
            }

            var (wait, begun) = (DefaultRetry, TimeProvider.System.GetTimestamp());
            try
            {
                using var connection = await EventStreamConnection.OpenAsync(Next(first), Encoding.Latin1.GetString(_id, 0, _idLength), leave);
                measured.StreamOpened(TimeProvider.System.GetElapsedTime(begun), closed == 0 ? null : TimeProvider.System.GetElapsedTime(closed));
                _isOpen = true;
                try
                {
                    var end = await ReadAsync(connection, leave);
                    Count(end);
                    wait = connection.Retry ?? wait;
                }
                finally
                {
                    _isOpen = false;
                    measured.StreamClosed();
                }

                closed = TimeProvider.System.GetTimestamp();
            }
            catch (StreamRefusedException refused)
            {
                measured.Refused(refused.Status, refused.RetryAfter is not null, TimeProvider.System.GetElapsedTime(begun));
                wait = refused.RetryAfter ?? wait;
            }
            catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException)
            {
                measured.Failed(TimeProvider.System.GetElapsedTime(begun));
            }

            await Task.Delay(wait, leave);
        }
    }

    /// <summary>What it asks for.</summary>
    /// <param name="first">Whether it has asked for nothing yet.</param>
    protected virtual StreamRequest Next(bool first) => request;

    /// <summary>It begins an attempt to come back.</summary>
    protected virtual void Reconnecting()
    {
    }

    /// <summary>Reads a stream to its end.</summary>
    protected virtual Task<StreamEnd> ReadAsync(EventStreamConnection connection, CancellationToken leave) => connection.ReadAsync(Take, leave);

    protected void Take(Frame frame)
    {
        if (frame.HasId && frame.Id.Length <= _id.Length)
        {
            frame.Id.CopyTo(_id);
            _idLength = frame.Id.Length;
        }

        if (!frame.IsEvent)
        {
            return;
        }

        if (frame.Type.StartsWith("gateway."u8))
        {
            if (frame.Type.SequenceEqual("gateway.gap"u8))
            {
                _trail.Gap();
            }
        }
        else if (frame.TryGetData(out var data))
        {
            _trail.Take(data);
        }
    }

    private void Count(StreamEnd end)
    {
        if (end == StreamEnd.Cut)
        {
            measured.StreamCut();
        }
        else if (end == StreamEnd.Whole)
        {
            measured.StreamEnded();
        }
    }
}
