using System.Net;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Idle;

/// <summary>Clients that open a stream each and read what comes.</summary>
internal sealed class IdleStreams(Uri gateway, int count, bool http1) : IAsyncDisposable
{
    // Answers whose heads are awaited at a time.
    private const int OpeningAtOnce = 64;

    // On HTTP/2 a further connection is made whenever those there are have as many streams as the server allows.
    private readonly HttpClient _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
    {
        BaseAddress = gateway,
        DefaultRequestVersion = http1 ? HttpVersion.Version11 : HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "Accept", "text/event-stream" } },
    };

    private readonly Task[] _reading = Enumerable.Repeat(Task.CompletedTask, count).ToArray();
    private readonly CancellationTokenSource _stop = new();
    private long _frames;
    private int _ended;

    /// <summary>Frames that came, on all streams: comments, since the origin is silent.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Streams that are over.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Opens all; returns when every one has its head.</summary>
    /// <exception cref="HttpRequestException">One was not answered with 200.</exception>
    public Task OpenAsync(CancellationToken cancellation)
    {
        var pace = new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce, CancellationToken = cancellation };
        return Parallel.ForAsync(0, count, pace, async (i, token) =>
        {
            var response = await _http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, token);
            _reading[i] = ReadAsync(response.EnsureSuccessStatusCode());
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(HttpResponseMessage response)
    {
        using var held = response;
        var boundary = new FrameBoundary();
        var buffer = new byte[16];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(_stop.Token);
            while (await body.ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                Interlocked.Add(ref _frames, boundary.Advance(buffer.AsSpan(0, read)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // Ours, or a cut: either way it is over.
        }

        Interlocked.Increment(ref _ended);
    }
}
