using LoadTests.Measures;
using SseGateway.Protocol;

namespace LoadTests.Origins;

/// <summary>A stream that ends by itself, such as a model's answer to a POST: so many tokens, evenly over a time, and a word that it is whole.</summary>
internal sealed class BoundedAnswer(int tokens, TimeSpan length)
{
    /// <summary>How many events make a whole answer.</summary>
    public int Events => tokens + 1;

    /// <summary>The data of the last one.</summary>
    public static ReadOnlySpan<byte> Done => "[DONE]"u8;

    public async Task StreamAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        var data = new byte[StampedData.LeastBytes];
        using var pace = new PeriodicTimer(length / tokens);
        for (var i = 1; i <= tokens && await pace.WaitForNextTickAsync(context.RequestAborted); i++)
        {
            StampedData.Write(data, i);
            FrameWriter.WriteEvent(context.Response.BodyWriter, data);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        FrameWriter.WriteEvent(context.Response.BodyWriter, Done);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
