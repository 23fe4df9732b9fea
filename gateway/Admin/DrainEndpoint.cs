using SseGateway.Configuration.Settings;
using SseGateway.Streams.Life;

namespace SseGateway.Admin;

/// <summary><c>POST /drain</c>: what SIGTERM does. Readiness fails, new streams are refused, those that live end over the window, the process exits.</summary>
internal sealed class DrainEndpoint(StreamRegistry registry, CurrentSettings settings, IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/drain", () =>
    {
        registry.Drain();
        lifetime.StopApplication();
        return Results.Accepted(value: new
        {
            streams = registry.Count,
            windowSeconds = settings.Value.DrainWindow.TotalSeconds,
            finishSeconds = settings.Value.FinishWindow.TotalSeconds,
        });
    });
}
