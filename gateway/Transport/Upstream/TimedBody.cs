using Yarp.ReverseProxy.Model;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// The body of an ordinary answer to a request that had announced a stream and so was spared YARP's activity timeout
/// (<see cref="UntimedStreams"/>): one that comes to a standstill ends all the same.
/// </summary>
internal sealed class TimedBody : ReadOnlyStream
{
    private readonly Stream _body;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _deadline;

    private TimedBody(Stream body, TimeSpan limit, TimeProvider time)
    {
        (_body, _limit) = (body, limit);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Times the answer's body, if nobody else does.</summary>
    public static async ValueTask SetAsync(HttpContext context, HttpResponseMessage answer, TimeProvider time)
    {
        if (context.Features.Get<IReverseProxyFeature>() is UntimedProxyFeature { Spared: { } spared })
        {
            var timed = new StreamContent(new TimedBody(await answer.Content.ReadAsStreamAsync(context.RequestAborted), spared, time));
            foreach (var (name, values) in answer.Content.Headers.NonValidated)
            {
                timed.Headers.TryAddWithoutValidation(name, values);
            }

            answer.Content = timed;
        }
    }

    /// <exception cref="IOException">Nothing came in time.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var caller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
        _deadline.CancelAfter(_limit);
        try
        {
            return await _body.ReadAsync(buffer, _deadline.Token);
        }
        catch (OperationCanceledException standstill) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The answer stood still for {_limit.TotalSeconds:0} s.", standstill);
        }
        finally
        {
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
            _deadline.Dispose();
        }

        base.Dispose(disposing);
    }
}
