using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Answers;
using SseGateway.Fleet.Limits;
using SseGateway.Fleet.Members;
using SseGateway.Fleet.Names;
using SseGateway.Fleet.Revoking;
using SseGateway.Fleet.Store;
using SseGateway.Fleet.Tickets;
using SseGateway.Keeping;
using SseGateway.Sharing.Keeping;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Deadlines;

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
            services.AddFleetLimits();
            services.AddSingleton<FleetRevocations>();
            services.AddHostedService(provider => provider.GetRequiredService<FleetRevocations>());
            services.AddSingleton<IFleetTickets, FleetTickets>();
            services.AddSingleton<IFleetSessions, FleetSessions>();
            services.AddSingleton<IFleetNodes, FleetNodes>();
            services.AddSingleton<FleetAnswers>();
            services.AddSingleton<IFleetAnswers>(provider => provider.GetRequiredService<FleetAnswers>());
            services.AddSingleton<ISwept>(provider => provider.GetRequiredService<FleetAnswers>());
            services.AddHostedService(provider => provider.GetRequiredService<FleetAnswers>());
        }

        return services;
    }
}
