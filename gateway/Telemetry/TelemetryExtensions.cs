namespace SseGateway.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>Exports the gateway's metrics and traces for as long as the host runs.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="isScraped">False when there is no listener where metrics could be asked for.</param>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, bool isScraped) => services
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<TelemetryExport>(provider, isScraped))
        .AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
}
