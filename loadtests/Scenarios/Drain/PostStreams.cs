using LoadTests.Origins;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Drain;

/// <summary>POST streams that are under way while a gateway drains. Nobody can come back for the rest of one, so none may be cut.</summary>
internal sealed class PostStreams(Uri gateway, BoundedAnswer answer) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
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
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/answer")
        { Content = new StringContent("{}"), Headers = { { "Accept", "text/event-stream" } } };
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.EnsureSuccessStatusCode();
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
