using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Life;

namespace SseGateway.Keeping.Upstream;

/// <summary>
/// Request feature of the request for an answer that is to be kept. Until its answer's head is there it is the client's: what it is answered with, if it is
/// no stream, goes to the client as ever, and the client's leaving ends it. A stream takes it from the client, which is only one who reads then.
/// </summary>
internal sealed class KeptRequest : IHttpRequestLifetimeFeature, IAsyncDisposable
{
    private HttpContext? _client;
    private readonly AsyncServiceScope _scope;
    private readonly DetachableFeatures _features;
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _leaving;

    /// <param name="client">The client's request.</param>
    /// <param name="use">The client's, of the answer that is to be.</param>
    /// <param name="scopes">For services of its own: the client's go with its request.</param>
    public KeptRequest(HttpContext client, AnswerUse use, IServiceScopeFactory scopes)
    {
        (_client, Answer) = (client, use.Answer);
        _scope = scopes.CreateAsyncScope();
        _features = new DetachableFeatures(client.Features);
        _features.Set<IHttpRequestLifetimeFeature>(this);
        _features.Set<IServiceProvidersFeature>(new ServiceProvidersFeature { RequestServices = _scope.ServiceProvider });
        _features.Set(this);
        Context = new DefaultHttpContext(_features);
        _leaving = client.RequestAborted.UnsafeRegister(static use => Leave((AnswerUse)use!), use);
    }

    public KeptAnswer Answer { get; }

    /// <summary>The request as it goes to the upstream.</summary>
    public HttpContext Context { get; }

    /// <summary>Completes when the answer is a stream, and kept.</summary>
    public Task Taken => _taken.Task;

    CancellationToken IHttpRequestLifetimeFeature.RequestAborted
    {
        get => Answer.Stopped;
        set => throw new NotSupportedException();
    }

    void IHttpRequestLifetimeFeature.Abort()
    {
        _client?.Abort();
        Answer.Stop(CloseReason.Error);
    }

    /// <summary>The answer is a stream. From here on nothing of it touches the client's request.</summary>
    public void Take()
    {
        _leaving.Unregister();
        _client = null;
        var route = _features.Get<RouteFeature>();
        _features.Detach();
        _features.Set(route);
        _features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        _features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        _features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        _taken.SetResult();
    }

    // The client does not know the answer's id, and nobody can come back for it, unless the application's name for it is known.
    private static void Leave(AnswerUse use)
    {
        if (use.Answer.Chat is null)
        {
            use.Answer.Stop(CloseReason.ClientClosed);
        }

        use.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _leaving.Unregister();
        await _scope.DisposeAsync();
    }
}
