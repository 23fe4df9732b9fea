using System.Text;
using SseGateway.Hosting;
using SseGateway.Relay;
using SseGateway.Streams;
using SseGateway.Transport;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway;

/// <summary>Hosts the gateway in any ASP.NET Core application.</summary>
public static class SseGatewayExtensions
{
    /// <summary>
    /// Adds YARP (routes and clusters from the section <c>ReverseProxy</c>), the event-stream relay and its transport.
    /// </summary>
    public static WebApplicationBuilder AddSseGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<StreamRegistry>();
        services.AddSingleton<RelayTransform>();
        services.AddSingleton<UpstreamTargetTransform>();
        services.AddSingleton<IForwarderHttpClientFactory, UpstreamClientFactory>();
        services.AddHostedService<StreamShutdown>();
        services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<UpstreamTimeouts>()
            .AddTransforms<GatewayTransforms>();

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Header values pass byte for byte: Latin-1 maps every byte to one character and back (the other end of this is in
            // UpstreamClientFactory). UTF-8 here would refuse or alter what is not UTF-8, e.g. a Last-Event-ID of any bytes.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.AddServerHeader = false;

            // Bodies are streamed, never held: how large one may be is the upstream's to say.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseDirectSend());
        });

        builder.AddGatewayLogging();
        return builder;
    }

    /// <summary>Maps the pipeline of DESIGN section 3, top to bottom, and the health endpoints.</summary>
    public static WebApplication MapSseGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<UpstreamErrors>();
        app.UseRouting();
        app.MapHealth();
        app.MapReverseProxy();
        return app;
    }
}
