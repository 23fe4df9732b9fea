namespace SseGateway.Sharing.Upstream;

/// <summary>What an upstream said instead of a stream; the answer for each client that waits for it, and for no later one.</summary>
/// <param name="Status">Not 200.</param>
/// <param name="Head">Its fields.</param>
/// <param name="Body">Its body, cut off at <see cref="MaxBodyBytes"/>.</param>
internal sealed record UpstreamAnswer(int Status, UpstreamHead Head, ReadOnlyMemory<byte> Body)
{
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Not worth another attempt: the upstream knows the request and does not want it (204 is how a server tells an EventSource to stop).</summary>
    public bool IsFinal => Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent
        || (Status is >= 300 and < 500 and not (StatusCodes.Status408RequestTimeout or 425 or StatusCodes.Status429TooManyRequests));

    /// <summary>The upstream's <c>Retry-After</c>; null without one.</summary>
    public string? RetryAfter => Head.RetryAfter;

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        Head.CopyTo(response.Headers);
        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, context.RequestAborted);
    }

    /// <summary>Reads what there is of the body.</summary>
    public static async Task<UpstreamAnswer> ReadAsync(HttpResponse head, HttpResponseMessage upstream, CancellationToken cancellation)
    {
        var body = new byte[MaxBodyBytes];
        await using var content = await upstream.Content.ReadAsStreamAsync(cancellation);
        var length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return new UpstreamAnswer(head.StatusCode, new UpstreamHead(head.Headers), body.AsMemory(0, length).ToArray());
    }
}
