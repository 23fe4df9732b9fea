using Microsoft.Extensions.DependencyInjection.Extensions;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Admission;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Cors;
using SseGateway.Edge.Credentials;
using SseGateway.Edge.Loops;
using SseGateway.Edge.Paths;
using SseGateway.Edge.Tickets;
using SseGateway.Edge.Tickets.Sealed;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Budgets;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Http;

namespace SseGateway.Edge;

/// <summary>The steps of a request before YARP, in their order (docs/architecture.md).</summary>
internal static class EdgeExtensions
{
    public static IServiceCollection AddGatewayEdge(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(new CurrentSettings(settings));
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddBudgets(settings);
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<StreamLog>();
        services.AddSingleton<StreamRegistry>();
        services.AddSingleton<ISwept>(provider => provider.GetRequiredService<StreamRegistry>());
        services.AddSingleton(provider => new StreamLimiter(
            provider.GetRequiredService<TimeProvider>(), settings.MaxStreams, provider.GetRequiredService<FileBudget>(),
            provider.GetRequiredService<MemoryBudget>(), provider.GetService<IFleetPlaces>()));
        services.AddSingleton<BlockedPages>();
        services.AddSingleton<LastAnswers>();
        services.AddSingleton<PlaceRules>();
        services.AddSingleton<SilentProxies>();
        services.AddSingleton<ForwardedTransform>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<RefusedCredentials>();
        services.AddSingleton<TicketStore>();
        services.AddSingleton<TicketEndpoint>();
        if (settings.Fleet.TicketKey is { } key)
        {
            services.AddSingleton(new TicketSeal(key));
            services.AddSingleton<FleetTicketStore>();
        }

        services.AddSingleton<Via>();
        return services;
    }

    /// <summary>
    /// Gives every route's endpoint the settings that hold on it. And lets preflights match the route that their
    /// Access-Control-Request-Method would match: YARP's routes with methods take no OPTIONS, and the route decides which origins are allowed. Only on routes
    /// whose CORS is the gateway's, so that no preflight gets further.
    /// </summary>
    public static ReverseProxyConventionBuilder WithRouteSettings(this ReverseProxyConventionBuilder routes, CurrentSettings settings) =>
        routes.ConfigureEndpoints((endpoints, route) => endpoints.Add(endpoint =>
        {
            var settingsOfRoute = settings.Value.ForRoute(route.RouteId);
            endpoint.Metadata.Add(settingsOfRoute);
            if (settingsOfRoute.Cors.Owned && endpoint.Metadata.OfType<HttpMethodMetadata>().FirstOrDefault() is { } methods)
            {
                endpoint.Metadata.Remove(methods);
                endpoint.Metadata.Add(new HttpMethodMetadata(methods.HttpMethods, acceptCorsPreflight: true));
            }
        }));

    /// <summary>
    /// After UseRouting and before the endpoints: issue tickets, redact, CORS, refuse ambiguous paths and loops, authenticate and authorise, admit.
    /// </summary>
    public static IApplicationBuilder UseGatewayEdge(this IApplicationBuilder app) => app
        .UseTickets()
        .UseMiddleware<CredentialMiddleware>()
        .UseMiddleware<CorsMiddleware>()
        .UseMiddleware<PathGuard>()
        .UseMiddleware<LoopGuard>()
        .UseMiddleware<AuthenticationMiddleware>()
        .UseMiddleware<AdmissionMiddleware>();
}
