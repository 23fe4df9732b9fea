using SseGateway.Admin.Live;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Deadlines;

namespace SseGateway.Admin;

internal static class AdminExtensions
{
    /// <summary>Adds the operator's listener, unless it is off.</summary>
    public static IServiceCollection AddAdminServer(this IServiceCollection services, AdminSettings settings)
    {
        if (settings.Listens)
        {
            services.AddSingleton(settings);
            services.AddSingleton<AdminServer>();
            services.AddSingleton<LiveNeighbours>();
            services.AddSingleton<LiveFeed>();
            services.AddSingleton<ISwept>(provider => provider.GetRequiredService<LiveFeed>());
            services.AddHostedService(provider => provider.GetRequiredService<AdminServer>());
        }

        return services;
    }
}
