namespace SseGateway.Transport;

/// <summary>
/// Gives up on an upstream that does not send its response head in time. It covers requests without a body, which all native
/// EventSource requests are; for one with a body the clock could only start when the upload is done, which YARP's activity timeout
/// does (see <see cref="UpstreamTimeouts"/>).
/// </summary>
internal sealed class HeadDeadline(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<TimeSpan> Limit = new("SseGateway.HeadDeadline");

    public static void Set(HttpRequestMessage request, TimeSpan limit) => request.Options.Set(Limit, limit);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null || !request.Options.TryGetValue(Limit, out var limit))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        // Once the head is here this token is of no effect any more: the body is cancelled by its own reader.
        using var deadline = new CancellationTokenSource(limit, time);
        await using var caller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            return await base.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException exception) when (
            !cancellationToken.IsCancellationRequested && exception.InnerException is not TimeoutException)
        {
            throw new HeadTimeoutException(limit, exception);
        }
    }
}
