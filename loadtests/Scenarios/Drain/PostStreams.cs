using LoadTests.Clients.Connecting;
using LoadTests.Origins;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Drain;

/// <summary>POST streams that are under way while a gateway drains. Nobody can come back for the rest of one, so none may be cut.</summary>
internal sealed class PostStreams(Uri gateway, bool http2, BoundedAnswer answer) : IDisposable
{
    private readonly HttpClient _http = Client(gateway, http2);
    private Task<bool>[] _streams = [];

    /// <summary>Opens them; returns when every one has its head.</summary>
    public async Task OpenAsync(int count, CancellationToken cancellation)
    {
        var heads = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(cancellation)));
        _streams = [.. heads.Select(response => ReadAsync(response, cancellation))];
    }

    /// <returns>How many came whole.</returns>
    public async Task<int> FinishAsync() => (await Task.WhenAll(_streams)).Count(whole => whole);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(CancellationToken cancellation)
    {
        // A message has a version of its own, which is not that of the client.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/answer")
        {
            Version = _http.DefaultRequestVersion,
            VersionPolicy = _http.DefaultVersionPolicy,
            Content = new StringContent("{}"),
            Headers = { { "Accept", "text/event-stream" } },
        };
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.EnsureSuccessStatusCode();
    }

    private static HttpClient Client(Uri gateway, bool http2)
    {
        var http = LoopbackHttp.Create(http2);
        (http.BaseAddress, http.Timeout) = (gateway, Timeout.InfiniteTimeSpan);
        return http;
    }

    private async Task<bool> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response)
        {
            try
            {
                return new FrameBoundary().Advance(await response.Content.ReadAsByteArrayAsync(cancellation)) == answer.Events;
            }
            catch (HttpRequestException)
            {
                // Cut.
                return false;
            }
        }
    }
}
