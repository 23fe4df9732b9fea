using Microsoft.Extensions.DependencyInjection.Extensions;
using SseGateway.Configuration;
using SseGateway.Streams;

namespace SseGateway.Edge;

/// <summary>The steps of a request before YARP, in their order (DESIGN section 3).</summary>
internal static class EdgeExtensions
{
    public static IServiceCollection AddGatewayEdge(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new StreamLimiter(provider.GetRequiredService<TimeProvider>(), settings.MaxStreams));
        return services;
    }

    /// <summary>After UseRouting and before the endpoints: redact, CORS, authenticate and authorise, admit.</summary>
    public static IApplicationBuilder UseGatewayEdge(this IApplicationBuilder app) => app
        .UseMiddleware<CredentialMiddleware>()
        .UseMiddleware<CorsMiddleware>()
        .UseMiddleware<AuthenticationMiddleware>()
        .UseMiddleware<AdmissionMiddleware>();
}
