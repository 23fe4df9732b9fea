using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using SseGateway.Budgets.Files;
using SseGateway.Budgets.Memory;
using SseGateway.Configuration;
using SseGateway.Streams;

namespace SseGateway.Budgets;

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

        // Kestrel asks the factories from the last to the first.
        services.AddSingleton<SocketTransportFactory>();
        services.AddSingleton<IConnectionListenerFactory, BudgetedListenerFactory>();
        return services;
    }
}
