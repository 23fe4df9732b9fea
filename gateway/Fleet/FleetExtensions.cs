using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Members;
using SseGateway.Fleet.Store;
using SseGateway.Sharing.Keeping;

namespace SseGateway.Fleet;

internal static class FleetExtensions
{
    /// <summary>Adds what several gateways have in common, if there is a store for it.</summary>
    public static IServiceCollection AddFleet(this IServiceCollection services, FleetSettings settings)
    {
        if (settings.Enabled)
        {
            services.AddSingleton(settings);
            services.AddSingleton<FleetMetrics>();
            services.AddSingleton<FleetStore>();
            services.AddHostedService(provider => provider.GetRequiredService<FleetStore>());
            services.AddSingleton<MemberServices>();
            services.AddSingleton<FleetKeeper>();
            services.AddSingleton<IStreamKeeper>(provider => provider.GetRequiredService<FleetKeeper>());
            services.AddHostedService(provider => provider.GetRequiredService<FleetKeeper>());
        }

        return services;
    }
}
