using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Output;

/// <summary>
/// The HTTP side of one client's stream: its head, and an end that says what it was. What is in between goes through its
/// <see cref="StreamOutput"/>.
/// </summary>
internal sealed class StreamResponse(HttpContext context, LiveStream stream, TimeProvider time) : StreamEnd(stream)
{
    // RFC 9113 section 7.
    private const int Http2InternalError = 2;

    // Kestrel throws away what it has not yet written of a stream that is reset, and does not say when it has; it takes less than a millisecond. The
    // bytes before an upstream's cut are the client's (catalogue 7.4.7).
    private static readonly TimeSpan BeforeReset = TimeSpan.FromMilliseconds(100);

    private MinDataRate? _rate;

    // True when the head waits for what comes right behind it.
    private bool _headWaits;

    /// <summary>True when the body is encoded, without anybody having asked for it: it passes, but nothing of ours can be added to it.</summary>
    public bool Encoded => context.Response.Headers.ContentEncoding.Count > 0;

    /// <summary>Makes the head one of a stream. Status and the upstream's fields are set before.</summary>
    public void PrepareHead()
    {
        // The stream has a write deadline of its own; this one's allowance grows with what was sent.
        if (Rate is { } rate)
        {
            _rate = rate.MinDataRate;
            rate.MinDataRate = null;
        }

        // A life of hours among the durations of requests would leave nothing to see in them.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true;
        }

        var headers = context.Response.Headers;
        Stream.Meet(headers);

        // The upstream's length would be wrong as soon as a comment or notice is added.
        headers.ContentLength = null;
        headers["X-Accel-Buffering"] = "no";
        headers.CacheControl = CacheControl.ForStream(headers.CacheControl);
        if (DrainingConnection.Is(context) && EndingTable.IsCut(Stream.Reader) && HttpProtocol.IsHttp11(context.Request.Protocol)
            && !AsksToClose(context.Request))
        {
            // The server would say that the connection is to close, and where it says something already it does not.
            headers.Connection = "keep-alive";
        }
    }

    /// <summary>Sends the head at once, whenever the first event may come, and opens the stream.</summary>
    /// <param name="flush">False when something is written right behind it, and takes it along: to send it alone would cost as much as an event.</param>
    public async Task StartAsync(bool flush = true)
    {
        await context.Response.StartAsync(Stream.Ended);
        _headWaits = !flush;
        if (flush)
        {
            await context.Response.BodyWriter.FlushAsync(Stream.Ended);
        }

        Stream.Open();
        if (context.Features.Get<OpeningSpan>() is { } span)
        {
            span.End(OpeningOutcome.Opened, Stream.RouteId, context.Response.StatusCode, time.GetUtcNow());
        }
    }

    /// <summary>Ends the response as the table of endings says. Never throws.</summary>
    /// <param name="output">The stream's; nothing is written to it after this.</param>
    /// <returns>False when the client sees a cut.</returns>
    public async Task<bool> FinishAsync(StreamOutput output)
    {
        if (_headWaits && output.Bytes == 0)
        {
            await FlushHeadAsync();
        }

        var whole = await EndAsync(output);
        if (Rate is { } rate)
        {
            // What is still to come is Kestrel's own, the end of the chunks, and has no other deadline.
            rate.MinDataRate = _rate;
        }

        return whole;
    }

    // The stream has ended before anything took it along. A cut without it would be no answer at all, and those are asked for again.
    private async Task FlushHeadAsync()
    {
        try
        {
            await context.Response.BodyWriter.FlushAsync(ClientGone);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client was faster.
        }
    }

    private static bool AsksToClose(HttpRequest request) =>
        request.Headers.Connection.Any(line => line?.Contains("close", StringComparison.OrdinalIgnoreCase) == true);

    // HTTP/1.1 only: on HTTP/2 it cannot be set, and there is none for a stream whose window is full; HTTP/1.0 keeps it.
    private IHttpMinResponseDataRateFeature? Rate =>
        HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IHttpMinResponseDataRateFeature>() : null;

    protected override bool IsOpaque => Encoded;

    protected override CancellationToken ClientGone => context.RequestAborted;

    protected override void Abort() => context.Abort();

    protected override void LetConnectionGo() => DrainingConnection.LetGo(context);

    protected override async Task SendAsync(ReadOnlyMemory<byte> frame) => await context.Response.BodyWriter.WriteAsync(frame, ClientGone);

    // In HTTP/1.0 a FIN would be a clean end, so there the reset stays.
    protected override async Task CutAsync()
    {
        if (context.Features.Get<IHttpResetFeature>() is { } http2)
        {
            await Task.Delay(BeforeReset, time, ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            http2.Reset(Stream.Reason == CloseReason.Slow ? StreamConnection.Http2Cancel : Http2InternalError);
            return;
        }

        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            await ShutDownAsync(socket, time);
        }

        context.Abort();
    }
}
