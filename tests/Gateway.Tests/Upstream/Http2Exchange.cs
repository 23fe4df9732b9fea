using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Upstream;

/// <summary>One request at the <see cref="Http2Upstream"/>.</summary>
internal sealed class Http2Exchange(HttpContext context)
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Finished => _finished.Task;

    public HttpRequest Request => context.Request;

    /// <summary>Sends the head of an event stream.</summary>
    public async Task StartStreamAsync()
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Sends one piece of the body (at least one DATA frame).</summary>
    public async Task SendAsync(string text)
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>END_STREAM.</summary>
    public void End() => _finished.TrySetResult();

    /// <summary>RST_STREAM with this error code.</summary>
    public void Reset(int errorCode)
    {
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
        _finished.TrySetResult();
    }

    /// <summary>Waits until the gateway has reset the stream or closed the connection.</summary>
    public async Task WaitForPeerCloseAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(closed.SetResult);
        await Deadline.ForAsync(closed.Task, "the gateway to reset its upstream stream");
        _finished.TrySetResult();
    }
}
