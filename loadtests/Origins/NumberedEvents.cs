using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using LoadTests.Measures;
using SseGateway.Protocol;

namespace LoadTests.Origins;

/// <summary>
/// A log of events numbered from 1, which are their ids, the same for every stream. An event follows from its number, so none is ever
/// forgotten, and a client may come back with any id. Its stamp is the moment at which it is written to a stream.
/// </summary>
/// <param name="size">Bytes of an event's data.</param>
internal sealed class NumberedEvents(int size)
{
    // A stream that is behind is given no more than this in one piece, so that what is written is bounded, not what is missing.
    private const int MostInOnePiece = 64;

    private TaskCompletionSource _more = NewSignal();
    private long _newest;

    /// <summary>The number of the newest event.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>Appends events until cancelled: all that are due, since where the kernel's clock ticks each 4 ms so does a timer of one.</summary>
    public async Task ProduceAsync(double perSecond, CancellationToken cancellation)
    {
        var (began, first) = (Stopwatch.GetTimestamp(), Newest);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        using var stop = cancellation.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var due = first + Math.Max(1, (long)Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond));
            if (due <= Newest)
            {
                continue;
            }

            Volatile.Write(ref _newest, due);
            Interlocked.Exchange(ref _more, NewSignal()).SetResult();
        }
    }

    /// <summary>Answers with what follows <c>Last-Event-ID</c>, or without one with what is new, until the client leaves.</summary>
    public async Task StreamAsync(HttpContext context)
    {
        var cursor = long.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var id) ? id : Newest;
        var writer = context.Response.BodyWriter;
        await Origin.StartStreamAsync(context, greeting: true);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            // Taken before the look at the newest: an event in between is seen by one of the two.
            var more = Volatile.Read(ref _more).Task;
            while (cursor < Newest && !context.RequestAborted.IsCancellationRequested)
            {
                for (var last = Math.Min(Newest, cursor + MostInOnePiece); cursor < last;)
                {
                    WriteEvent(writer, ++cursor);
                }

                await writer.FlushAsync(context.RequestAborted);
            }

            await more.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void WriteEvent(IBufferWriter<byte> writer, long number)
    {
        Span<byte> id = stackalloc byte[20];
        number.TryFormat(id, out var length, provider: CultureInfo.InvariantCulture);
        var data = ArrayPool<byte>.Shared.Rent(size);
        StampedData.Write(data.AsSpan(0, size), number);
        FrameWriter.WriteEvent(writer, data.AsSpan(0, size), default, id[..length]);
        ArrayPool<byte>.Shared.Return(data);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
