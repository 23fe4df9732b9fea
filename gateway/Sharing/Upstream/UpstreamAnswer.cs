namespace SseGateway.Sharing.Upstream;

/// <summary>
/// What an upstream said instead of a stream; the answer for each client that waits for it, and for no later one. Its head is there, its body may still be on
/// its way.
/// </summary>
/// <param name="head">Its status, which is not 200, and its fields.</param>
/// <param name="body">Its body, cut off at <see cref="MaxBodyBytes"/>. Fails when the upstream does.</param>
/// <param name="length">What the head says of the body's length; null for nothing.</param>
internal sealed class UpstreamAnswer(UpstreamHead head, Task<ReadOnlyMemory<byte>> body, long? length)
{
    public const int MaxBodyBytes = 64 * 1024;

    public int Status => head.Status;

    public UpstreamHead Head => head;

    /// <summary>Its body, once it has come; null before, and when it never has.</summary>
    public ReadOnlyMemory<byte>? Body => body.IsCompletedSuccessfully ? body.Result : null;

    /// <summary>Not worth another attempt: the upstream knows the request and does not want it (204 is how a server tells an EventSource to stop).</summary>
    public bool IsFinal => Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent
        || (Status is >= 300 and < 500 and not (StatusCodes.Status408RequestTimeout or 425 or StatusCodes.Status429TooManyRequests));

    /// <summary>The upstream's <c>Retry-After</c>; null without one.</summary>
    public string? RetryAfter => head.RetryAfter;

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        head.CopyTo(response);
        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        if (Status == StatusCodes.Status205ResetContent)
        {
            // RFC 9110 section 15.3.6: no content, whatever the upstream has sent. The server would not write it.
            response.ContentLength = 0;
            return;
        }

        try
        {
            if (!body.IsCompleted)
            {
                response.ContentLength = length is <= MaxBodyBytes ? length : null;
                await response.Body.FlushAsync(context.RequestAborted);
            }

            var whole = await body.WaitAsync(context.RequestAborted);
            if (!response.HasStarted)
            {
                response.ContentLength = whole.Length;
            }

            await response.Body.WriteAsync(whole, context.RequestAborted);
        }
        catch (Exception) when (response.HasStarted)
        {
            // The upstream has cut it, or took too long over it; or the client has left.
            context.Abort();
        }
    }

    /// <summary>Reads what there is of an answer's body.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage upstream, CancellationToken cancellation)
    {
        var body = new byte[MaxBodyBytes];
        await using var content = await upstream.Content.ReadAsStreamAsync(cancellation);
        var length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return body.AsMemory(0, length).ToArray();
    }
}
