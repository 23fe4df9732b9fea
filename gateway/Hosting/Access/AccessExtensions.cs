using Microsoft.Extensions.DependencyInjection.Extensions;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Hosting.Logging;
using SseGateway.Streams.Telemetry.Access;

namespace SseGateway.Hosting.Access;

internal static class AccessExtensions
{
    /// <summary>Adds the access log, where there is to be one.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="settings">Its format and file.</param>
    /// <param name="standalone">False in an application, which may have other uses for signals.</param>
    public static IServiceCollection AddAccessLog(this IServiceCollection services, AccessLogSettings settings, bool standalone)
    {
        if (settings.Format == AccessLogFormat.Off)
        {
            return services;
        }

        services.TryAddSingleton(_ => new ConsoleLines(Console.OpenStandardOutput()));
        services.AddSingleton(provider => new AccessLines(
            settings, provider.GetRequiredService<ConsoleLines>, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AccessLines>>()));
        services.AddSingleton<IAccessLog>(provider => provider.GetRequiredService<AccessLines>());
        return services.AddHostedService(provider => new AccessLogRotation(provider.GetRequiredService<AccessLines>(), standalone));
    }
}
