using System.Net;
using SseGateway.Transport.Upstream;

namespace SseGateway.Transport.Early;

/// <summary>
/// Answers for an upstream that is silent for too long for what is in front of the gateway: with the head of an event stream, whose body is the upstream's
/// answer once it is there. What is no stream then has become an error in one.
/// </summary>
internal sealed class EarlyHead(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<Terms> Key = new("SseGateway.EarlyHead");

    /// <param name="request">The request on its way to the upstream.</param>
    /// <param name="after">How long the upstream may be silent, from when all of the request has been sent.</param>
    /// <param name="mayOpen">Says by then whether the client waits for a stream.</param>
    /// <param name="takesJson">True when its reader takes a JSON answer as the one event of a stream: the Model Context Protocol's.</param>
    public static void Set(HttpRequestMessage request, TimeSpan after, Func<bool> mayOpen, bool takesJson) =>
        request.Options.Set(Key, new Terms(after, mayOpen, takesJson));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(Key, out var terms) ? SendAsync(request, terms, cancellationToken) : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Terms terms, CancellationToken cancellationToken)
    {
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = time.CreateTimer(
            static silent => ((TaskCompletionSource)silent!).TrySetResult(), silent, request.Content is null ? terms.After : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        if (request.Content is { } content)
        {
            request.Content = new UnbufferedBody(content, sent: () => timer.Change(terms.After, Timeout.InfiniteTimeSpan));
        }

        var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = base.SendAsync(request, leaving.Token);
        if (await Task.WhenAny(answer, silent.Task) == answer || !terms.MayOpen())
        {
            using var over = leaving;
            return await answer;
        }

        var body = new LateBody(answer, leaving, terms.TakesJson);
        return new HttpResponseMessage(HttpStatusCode.OK) { Version = request.Version, Content = new EarlyContent(body) };
    }

    private sealed record Terms(TimeSpan After, Func<bool> MayOpen, bool TakesJson);
}
