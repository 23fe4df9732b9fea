using SseGateway.Configuration.Settings;

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
            services.AddHostedService(provider => provider.GetRequiredService<AdminServer>());
        }

        return services;
    }
}
