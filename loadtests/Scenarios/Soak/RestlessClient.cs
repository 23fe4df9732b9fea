using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Soak;

/// <summary>A client that drops its stream now and then, as people close lids and change networks, and comes back with its last id.</summary>
internal sealed class RestlessClient(StreamRequest request, IMeasured measured, TimeSpan mean, int seed) : StreamClient(request, measured)
{
#pragma warning disable CA5394 // When a client of a load test leaves is no secret.
    private readonly Random _random = new(seed);

    protected override async Task<StreamEnd> ReadAsync(EventStreamConnection connection, CancellationToken leave)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(leave);
        life.CancelAfter(mean * (0.5 + _random.NextDouble()));
        try
        {
            return await base.ReadAsync(connection, life.Token);
        }
        catch (OperationCanceledException) when (!leave.IsCancellationRequested)
        {
            return StreamEnd.Left;
        }
    }
#pragma warning restore CA5394
}
