using Microsoft.AspNetCore.Connections;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Deadlines;

namespace SseGateway.Streams.Budgets;

internal static class BudgetExtensions
{
    /// <summary>Adds what shares out the open files and the memory the process may have.</summary>
    public static IServiceCollection AddBudgets(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton<FileBudget>();
        services.AddSingleton<ISwept>(provider => provider.GetRequiredService<FileBudget>());
        services.AddSingleton(_ => new MemoryBudget(settings.MaxBufferBytes));
        services.AddSingleton<MemoryShed>();
        services.AddSingleton<ISwept>(provider => provider.GetRequiredService<MemoryShed>());
        services.AddSingleton<BudgetMetrics>();
        services.AddHostedService<BudgetReport>();
        services.BudgetTransports();
        return services;
    }

    // Kestrel's own, on sockets, and whatever else the application has registered: each stays where it is among them, for Kestrel asks them in turn.
    private static void BudgetTransports(this IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is not { IsKeyedService: false } transport || transport.ServiceType != typeof(IConnectionListenerFactory))
            {
                continue;
            }

            var key = new object();
            services.Add(transport switch
            {
                { ImplementationInstance: { } instance } => new ServiceDescriptor(typeof(IConnectionListenerFactory), key, instance),
                { ImplementationFactory: { } make } =>
                    new ServiceDescriptor(typeof(IConnectionListenerFactory), key, (provider, _) => make(provider), transport.Lifetime),
                _ => new ServiceDescriptor(typeof(IConnectionListenerFactory), key, transport.ImplementationType!, transport.Lifetime),
            });
            services[i] = ServiceDescriptor.Singleton<IConnectionListenerFactory>(provider => new BudgetedListenerFactory(
                provider.GetRequiredKeyedService<IConnectionListenerFactory>(key), provider.GetRequiredService<FileBudget>()));
        }
    }
}
