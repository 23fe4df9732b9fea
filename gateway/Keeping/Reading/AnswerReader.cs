using SseGateway.Configuration.Settings.Keeping;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;

namespace SseGateway.Keeping.Reading;

/// <summary>Gives a kept answer to somebody: to the client that has asked for it, and to whoever comes back.</summary>
internal sealed class AnswerReader(TimeProvider time)
{
    /// <summary>Serves it to its end, or until the client leaves.</summary>
    /// <param name="context">The reader's request; the head of the answer is on its response.</param>
    /// <param name="stream">The reader's.</param>
    /// <param name="use">The reader's, of the answer; disposed as soon as it has left.</param>
    /// <param name="place">Where it begins.</param>
    /// <param name="isNumbered">True for a reader that comes back by ids alone.</param>
    public async Task ServeAsync(HttpContext context, LiveStream stream, AnswerUse use, LogPlace place, bool isNumbered = false)
    {
        var answer = use.Answer;
        context.Features.Set(stream);
        stream.Keep(answer.Reader, answer.Asked);
        var response = new StreamResponse(context, stream, time);
        response.PrepareHead();
        context.Response.Headers[KeepSettings.IdField] = answer.Id;
        var subscriber = answer.Subscribe(stream, RecordWriter.For(context), place, isNumbered);
        try
        {
            stream.Connect(subscriber);
            await StartAsync(response, stream);
            await subscriber.EndedAsync();
        }
        finally
        {
            answer.Unsubscribe(subscriber);
            use.Dispose();
        }

        await response.FinishAsync(subscriber);
    }

    private static async Task StartAsync(StreamResponse response, LiveStream stream)
    {
        try
        {
            await response.StartAsync();
        }
        catch (Exception)
        {
            // The client was faster, or its stream was ended; with anything else there is nobody to write to either.
            stream.Abort(CloseReason.ClientClosed);
        }
    }
}
