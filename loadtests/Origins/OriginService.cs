using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoadTests.Origins;

/// <summary>
/// The origin as a program of its own: streams at one port, told what to do at another. <c>GET</c> is the stream of numbered events,
/// <c>POST</c> an answer of its own. Of the other port: <c>POST /start?rate=N</c> begins to produce, <c>POST /stop</c> ends it and answers with
/// the newest number. <c>POST /asked</c> answers with how many answers were asked for.
/// </summary>
internal sealed class OriginService(OriginOptions options) : IDisposable
{
    private readonly NumberedEvents _events = new(options.Size);
    private readonly BoundedAnswer _answer = new(options.Tokens, options.AnswerLength);
    private readonly SemaphoreSlim _one = new(1);
    private long _asked;
    private CancellationTokenSource _producing = new();
    private Task _production = Task.CompletedTask;

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(TextWriter output, CancellationToken cancellation)
    {
        await using var streams = await Origin.StartAsync(HttpProtocols.Http1, StreamAsync, cancellation, options.Port);
        await using var control = await Origin.StartAsync(HttpProtocols.Http1, ControlAsync, cancellation);
        await output.WriteLineAsync($"streams {streams.Url} control {control.Url}");
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync();
    }

    public void Dispose()
    {
        _one.Dispose();
        _producing.Dispose();
    }

    private Task StreamAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return _events.StreamAsync(context);
        }

        Interlocked.Increment(ref _asked);
        return _answer.StreamAsync(context);
    }

    private async Task ControlAsync(HttpContext context)
    {
        await _one.WaitAsync(context.RequestAborted);
        try
        {
            switch (context.Request.Method, context.Request.Path.Value)
            {
                case ("POST", "/start") when double.TryParse(context.Request.Query["rate"], CultureInfo.InvariantCulture, out var rate)
                    && rate is > 0 and <= 1000:
                    await StopAsync();
                    _producing = new CancellationTokenSource();
                    _production = _events.ProduceAsync(rate, _producing.Token);
                    break;
                case ("POST", "/asked"):
                    await context.Response.WriteAsync(Interlocked.Read(ref _asked).ToString(CultureInfo.InvariantCulture), context.RequestAborted);
                    return;
                case ("POST", "/stop"):
                    await StopAsync();
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return;
            }
        }
        finally
        {
            _one.Release();
        }

        await context.Response.WriteAsync(_events.Newest.ToString(CultureInfo.InvariantCulture), context.RequestAborted);
    }

    private async Task StopAsync()
    {
        await _producing.CancelAsync();
        await _production;
        _producing.Dispose();
        _producing = new CancellationTokenSource();
    }
}
