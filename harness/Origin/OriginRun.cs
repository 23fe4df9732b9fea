using System.Collections.Concurrent;
using System.Threading.Channels;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>
/// The stream server's side of one case: the requests whose target has its token in it, in the order in which they come, and their answers.
/// </summary>
internal sealed class OriginRun : IDisposable
{
    private readonly StreamOrigin _origin;
    private readonly CancellationToken _cancellation;
    private readonly Channel<OriginExchange> _waiting = Channel.CreateUnbounded<OriginExchange>();
    private readonly ConcurrentQueue<OriginExchange> _all = new();

    internal OriginRun(StreamOrigin origin, string token, string? path, WireTap tap, CancellationToken cancellation) =>
        (_origin, Token, Path, Tap, _cancellation) = (origin, token, path ?? $"/r/{token}", tap, cancellation);

    public string Token { get; }

    public WireTap Tap { get; }

    /// <summary>What is asked of the target, by which it comes to this run; anything may be added. Empty for a server that has no origin behind it.</summary>
    public string Path { get; }

    /// <summary>The path of this run at the origin itself.</summary>
    public string OriginPath => $"/r/{Token}";

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<OriginExchange> Exchanges => [.. _all];

    /// <summary>Answers each request by itself, beside the others; without it they wait for <see cref="NextAsync"/>.</summary>
    public Func<OriginExchange, Task>? Respond { get; set; }

    /// <summary>
    /// True when <see cref="Respond"/> answers at once: then nothing is cut at the end. Its connection may carry another run's request by then.
    /// </summary>
    public bool FinishesByItself { get; set; }

    /// <summary>The next request.</summary>
    /// <exception cref="NotSeenException">None came in time.</exception>
    public Task<OriginExchange> NextAsync(string what = "a request at the origin", TimeSpan? limit = null) =>
        Patience.ForAsync(token => _waiting.Reader.ReadAsync(token).AsTask(), what, limit, _cancellation);

    public void Dispose()
    {
        _origin.Forget(this);
        if (FinishesByItself)
        {
            return;
        }

        foreach (var exchange in _all)
        {
            if (!exchange.Finished.IsCompleted)
            {
                exchange.Cut();
            }
        }
    }

    internal void Post(OriginExchange exchange)
    {
        _all.Enqueue(exchange);
        if (Respond is { } respond)
        {
            _ = RespondAsync(respond, exchange);
        }
        else
        {
            _waiting.Writer.TryWrite(exchange);
        }
    }

    private static async Task RespondAsync(Func<OriginExchange, Task> respond, OriginExchange exchange)
    {
        try
        {
            await respond(exchange);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or NotSeenException or System.Net.Sockets.SocketException)
        {
            // Its reader has left: whoever judges sees that.
            exchange.Cut();
        }
    }
}
