using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseGateway.Transport.Upstream;

namespace SseGateway.Transport.Requests;

/// <summary>
/// The body of one HTTP/2 request, with a deadline of its own: one that comes too slowly resets its stream, and no other of the connection. Only the time
/// counts in which somebody waits for it, and only until the answer begins: from then on the two may talk, and be silent.
/// </summary>
internal sealed class TimedRequestBody(HttpContext context, Stream body, MinDataRate rate, TimeProvider time) : ReadOnlyStream
{
    // RFC 9113 section 7.
    private const int Http2Cancel = 8;

    private readonly Lock _lock = new();

    // Guarded by _lock, all of them: the request's objects are another request's once this one is over.
    private bool _over;
    private bool _waits;
    private long _waitsSince;
    private TimeSpan _waited;
    private long _bytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = body.ReadAsync(buffer, cancellationToken);
        if (read.IsCompletedSuccessfully)
        {
            var count = read.Result;
            Note(count);
            return new ValueTask<int>(count);
        }

        Wait();
        return WaitAsync(read);
    }

    /// <summary>Resets the stream if too little has come for the time that it was waited for.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            if (_over || !_waits || context.Response.HasStarted)
            {
                return;
            }

            var waited = _waited + time.GetElapsedTime(_waitsSince);
            if (waited > rate.GracePeriod && _bytes < waited.TotalSeconds * rate.BytesPerSecond)
            {
                _over = true;
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Http2Cancel);
            }
        }
    }

    /// <summary>The request is over: nothing of it is touched any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _over = true;
        }
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        var count = 0;
        try
        {
            return count = await read;
        }
        finally
        {
            Note(count);
        }
    }

    private void Wait()
    {
        lock (_lock)
        {
            (_waits, _waitsSince) = (true, time.GetTimestamp());
        }
    }

    private void Note(int count)
    {
        lock (_lock)
        {
            _bytes += count;
            if (_waits)
            {
                _waits = false;
                _waited += time.GetElapsedTime(_waitsSince);
            }
        }
    }
}
