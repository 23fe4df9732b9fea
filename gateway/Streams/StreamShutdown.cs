namespace SseGateway.Streams;

/// <summary>
/// Ends the streams when the host begins to stop. ASP.NET Core fires RequestAborted only after its shutdown timeout, so streams
/// that waited for it would hold the process for all of that time (PITFALLS 24).
/// </summary>
internal sealed class StreamShutdown(StreamRegistry registry, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(registry.Drain);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
