namespace SseGateway.Sharing.Upstream;

/// <summary>What an upstream said instead of a stream; the answer for each client that waits for it, and for no later one.</summary>
/// <param name="Head">Its status, which is not 200, and its fields.</param>
/// <param name="Body">Its body, cut off at <see cref="MaxBodyBytes"/>.</param>
internal sealed record UpstreamAnswer(UpstreamHead Head, ReadOnlyMemory<byte> Body)
{
    public const int MaxBodyBytes = 64 * 1024;

    public int Status => Head.Status;

    /// <summary>Not worth another attempt: the upstream knows the request and does not want it (204 is how a server tells an EventSource to stop).</summary>
    public bool IsFinal => Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent
        || (Status is >= 300 and < 500 and not (StatusCodes.Status408RequestTimeout or 425 or StatusCodes.Status429TooManyRequests));

    /// <summary>The upstream's <c>Retry-After</c>; null without one.</summary>
    public string? RetryAfter => Head.RetryAfter;

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        Head.CopyTo(response);
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
        return new UpstreamAnswer(new UpstreamHead(head), body.AsMemory(0, length).ToArray());
    }
}
