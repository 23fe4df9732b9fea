using SseGateway.Protocol;

namespace LoadTests.Origins;

/// <summary>A stream that ends by itself, such as a model's answer to a POST: so many events, evenly over a time.</summary>
internal sealed class BoundedAnswer(int events, TimeSpan length)
{
    /// <summary>How many events make a whole answer.</summary>
    public int Events => events;

    public async Task StreamAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        for (var i = 0; i < events; i++)
        {
            await Task.Delay(length / events, context.RequestAborted);
            FrameWriter.WriteEvent(context.Response.BodyWriter, "token"u8);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
