using SseGateway.Streams.Limits;

namespace SseGateway.Fleet.Limits;

internal static class FleetLimitExtensions
{
    /// <summary>Adds limits that hold for all gateways together.</summary>
    public static IServiceCollection AddFleetLimits(this IServiceCollection services)
    {
        services.AddSingleton<PlaceMetrics>();
        services.AddSingleton<FleetPlaces>();
        services.AddSingleton<IFleetPlaces>(provider => provider.GetRequiredService<FleetPlaces>());
        services.AddHostedService(provider =>
        {
            // The limiter asks for the places; they ask for its numbers.
            var places = provider.GetRequiredService<FleetPlaces>();
            places.Own = provider.GetRequiredService<StreamLimiter>().Numbers;
            return places;
        });
        return services;
    }
}
