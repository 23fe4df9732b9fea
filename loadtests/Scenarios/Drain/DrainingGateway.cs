using System.Diagnostics;
using System.Net;
using LoadTests.Clients.Connecting;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Drain;

/// <summary>A gateway that is told to go down, as a load balancer and a new client see it.</summary>
internal sealed class DrainingGateway(GatewayProcess gateway, bool http2, TimeSpan window) : IDisposable
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    // The window, what the gateway allows itself after it, and a slow machine.
    private readonly TimeSpan _exitTimeout = window + TimeSpan.FromSeconds(60);

    private readonly HttpClient _admin = new() { Timeout = RequestTimeout };
    private readonly HttpClient _http = LoopbackHttp.Create(http2);

    private long _told;

    public TimeSpan SinceTold => Stopwatch.GetElapsedTime(_told);

    public async Task TellAsync(DrainTrigger by, CancellationToken cancellation)
    {
        _told = Stopwatch.GetTimestamp();
        if (by == DrainTrigger.Sigterm)
        {
            await gateway.TerminateAsync(cancellation);
            return;
        }

        using var response = await _admin.PostAsync(new Uri(gateway.Admin, "/drain"), null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Asks until it says that it is not ready.</summary>
    /// <returns>How long after it was told; null when it never said so.</returns>
    public async Task<TimeSpan?> UnreadyAsync(CancellationToken cancellation)
    {
        while (SinceTold < window)
        {
            using var response = await _admin.GetAsync(new Uri(gateway.Admin, "/healthz/ready"), cancellation);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return SinceTold;
            }

            await Task.Delay(PollPeriod, cancellation);
        }

        return null;
    }

    /// <summary>Asks for a new stream as a browser's EventSource does.</summary>
    /// <returns>True when it is refused in a way that EventSource survives: 200 and an event that says so.</returns>
    public async Task<bool> RefusesInBandAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/events"))
        {
            Version = _http.DefaultRequestVersion,
            VersionPolicy = _http.DefaultVersionPolicy,
            Headers = { { "Accept", "text/event-stream" }, { "Cache-Control", "no-cache" } },
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RequestTimeout);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return response.StatusCode == HttpStatusCode.OK
            && response.Content.Headers.ContentLength is not null
            && (await response.Content.ReadAsStringAsync(cancellation)).Contains("event: gateway.refused", StringComparison.Ordinal);
    }

    /// <returns>Its exit code; null when it is still there.</returns>
    public Task<int?> ExitAsync(CancellationToken cancellation) => gateway.WaitForExitAsync(_exitTimeout, cancellation);

    public void Dispose()
    {
        _admin.Dispose();
        _http.Dispose();
    }
}
