using LoadTests.Measures;

namespace LoadTests.Scenarios.Compare;

/// <summary>Tells a hub its events: a POST for each, with the stamp and number that an origin would have written.</summary>
internal sealed class HubPublisher(Uri address, int size) : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _publishing = Task.CompletedTask;
    private long _newest;

    public void Start(double perSecond) => _publishing = PublishAsync(perSecond);

    /// <returns>The number of the newest event.</returns>
    public async Task<long> StopAsync()
    {
        await _stop.CancelAsync();
        await _publishing;
        return _newest;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task PublishAsync(double perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        using var stop = _stop.Token.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var data = new byte[size];
            StampedData.Write(data, ++_newest);
            using var content = new ByteArrayContent(data);
            content.Headers.ContentType = new("text/plain");
            using var answer = await _http.PostAsync(address, content);
            answer.EnsureSuccessStatusCode();
        }
    }
}
