namespace SseGateway.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>Exports the gateway's metrics and traces for as long as the host runs.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services) =>
        services.AddSingleton<TelemetryExport>().AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
}
