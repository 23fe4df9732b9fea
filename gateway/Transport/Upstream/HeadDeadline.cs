using SseGateway.Streams.Life;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// Gives up on an upstream that does not send its response head in time. The clock starts when the request is sent, its body
/// included, so that a long upload is no late answer; once the head is here the limit is of no effect any more.
/// </summary>
internal sealed class HeadDeadline(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<(TimeSpan Limit, LiveStream? Stream)> Key = new("SseGateway.HeadDeadline");

    /// <param name="request">The request on its way to the upstream.</param>
    /// <param name="limit">How long its head may take.</param>
    /// <param name="stream">The stream that it is for, whose end is the request's too; null when it is for none.</param>
    public static void Set(HttpRequestMessage request, TimeSpan limit, LiveStream? stream = null) => request.Options.Set(Key, (limit, stream));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Key, out var set))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var (limit, stream) = set;
        var ended = stream?.Ended ?? CancellationToken.None;
        using var deadline = new CancellationTokenSource();
        await using var timer = time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(),
            deadline,
            request.Content is null ? limit : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        if (stream is not null || request.Method == HttpMethod.Head)
        {
            UpstreamConnection.Claim(request);
        }

        if (request.Content is { } content)
        {
            request.Content = new UnbufferedBody(content, sent: () => timer.Change(limit, Timeout.InfiniteTimeSpan));
        }

        await using var caller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        await using var end = ended.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            var response = await base.SendAsync(request, deadline.Token);
            UpstreamConnection.Settle(request, response);
            return response;
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ended.IsCancellationRequested ? new StreamEndedException(stream!.Reason, exception) : new HeadTimeoutException(limit, exception);
        }
    }
}
