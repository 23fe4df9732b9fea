using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SseGateway.Admin;
using SseGateway.Affinity;
using SseGateway.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Edge;
using SseGateway.Edge.Https;
using SseGateway.Fleet;
using SseGateway.Hosting;
using SseGateway.Hosting.Access;
using SseGateway.Hosting.Logging;
using SseGateway.Keeping;
using SseGateway.Relay;
using SseGateway.Reload;
using SseGateway.Sharing;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Telemetry;
using SseGateway.Transport.Client;
using SseGateway.Transport.Connecting;
using SseGateway.Transport.Http;
using SseGateway.Transport.Requests;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway;

/// <summary>Hosts the gateway in any ASP.NET Core application.</summary>
public static class SseGatewayExtensions
{
    private const int ListenBacklog = 65_535;

    /// <summary>
    /// Adds the gateway: YARP with the routes and clusters of the section <c>ReverseProxy</c>, and what the section <c>SseGateway</c> asks
    /// for. Further routes may be added to YARP by the application.
    /// </summary>
    /// <remarks>
    /// For the whole application it switches off the framework's own request log, which prints queries and so credentials (the gateway writes
    /// a line for each request instead), and the Server header, and has Kestrel take header values for Latin-1, one character a byte.
    /// </remarks>
    /// <exception cref="StartupErrorsException">Settings of the section <c>SseGateway</c> are wrong; it carries all of them.</exception>
    public static WebApplicationBuilder AddSseGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new StartupErrors();
        var settings = GatewaySettings.Load(builder.Configuration, errors, requireRoutes: false);
        errors.ThrowIfAny();
        return builder.AddSseGateway(settings, new ReloadSource(builder.Configuration, Flags: null, Standalone: false));
    }

    /// <summary>
    /// Maps the way of a request (docs/architecture.md), top to bottom. Endpoints of the application keep their own CORS, errors and limits. Call it before
    /// what the application adds itself.
    /// </summary>
    /// <exception cref="StartupErrorsException">Routes or clusters of YARP's are wrong; it carries all of them.</exception>
    public static WebApplication MapSseGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var errors = new StartupErrors();
        ReverseProxyCheck.CheckAsync(app.Services, errors, hosted: true).GetAwaiter().GetResult();
        errors.ThrowIfAny();
        return app.MapGateway();
    }

    internal static WebApplication MapGateway(this WebApplication app)
    {
        app.Services.GetRequiredService<LogMetrics>();
        app.UseMiddleware<WholeRequest>(); // waits for the end of what goes on without the steps below
        var bodies = app.Services.GetRequiredService<RequestBodies>();
        app.Use((RequestDelegate next) => context => bodies.InvokeAsync(context, next));
        app.UseMiddleware<AccessLog>();
        app.UseMiddleware<OpeningTrace>();
        app.UseMiddleware<GatewayErrors>();
        var streams = app.Services.GetRequiredService<StreamRegistry>();
        var files = app.Services.GetRequiredService<FileBudget>();
        app.Use((context, next) =>
        {
            if (MalformedRequest.Is(context.Request, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            }

            if (streams.Draining || (files.Scarce && BudgetedConnection.IsFor(context)))
            {
                DrainingConnection.LetGo(context);
            }

            HopByHop.RemoveFromRequest(context.Request);
            return next(context);
        });
        app.UseMiddleware<HttpsRedirect>();
        app.UseRouting();
        app.UseAnswersPath();
        app.UseGatewayEdge(); // redact, CORS, authenticate, authorise, admit
        app.UseMiddleware<KeepMiddleware>(); // a POST whose answer is kept parts from its client here
        app.UseMiddleware<SharingMiddleware>(); // clients of a shared stream end here

        // An event-stream answer is taken over by Relay/RelayTransform.
        // Bodies are streamed, never held: how large one may be is the upstream's to say.
        app.MapReverseProxy(proxy =>
            {
                proxy.UseMiddleware<UntimedStreams>();
                proxy.UseSessionAffinity();
                proxy.UseMiddleware<Failover>();
                proxy.UseMiddleware<McpAffinity>();
                proxy.UseLoadBalancing();
                proxy.UsePassiveHealthChecks();
            })
            .WithRouteSettings(app.Services.GetRequiredService<CurrentSettings>())
            .WithMetadata(new DisableRequestSizeLimitAttribute());
        return app;
    }

    internal static WebApplicationBuilder AddSseGateway(this WebApplicationBuilder builder, GatewaySettings settings, ReloadSource source)
    {
        builder.KeepTargetsOutOfLogs();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddGatewayEdge(settings);
        builder.Services.Configure<HostOptions>(host => host.AllowFor(settings));
        builder.Services.AddTelemetryExport(settings.Admin.Listens);
        builder.Services.AddSingleton<LogMetrics>();
        builder.Services.AddAccessLog(settings.AccessLog, source.Standalone);
        builder.Services.AddAdminServer(settings.Admin);
        builder.Services.AddHostedService<StreamShutdown>();
        builder.Services.AddHostedService<StreamSweep>();
        builder.Services.AddSingleton<RequestBodies>();
        builder.Services.AddSingleton<ISwept>(provider => provider.GetRequiredService<RequestBodies>());
        builder.Services.AddGatewaySharing();
        builder.Services.AddGatewayKeeping();
        builder.Services.AddFleet(settings.Fleet);
        builder.Services.AddSingleton<McpSessions>();
        builder.Services.AddSingleton<McpSessionTransform>();
        builder.Services.AddSingleton<RelayTransform>();
        builder.Services.AddSingleton<UpstreamTargetTransform>();
        builder.Services.AddSingleton<UpstreamRequestTransform>();
        builder.Services.TryAddSingleton<INameResolver, SystemNameResolver>();
        builder.Services.AddSingleton<AddressRace>();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, UpstreamClientFactory>();
        builder.Services.AddReverseProxy()
            .AddSettingsReload(builder.Configuration, source with { AtStart = source.Stamps(settings) })
            .AddConfigFilter<UpstreamAddresses>()
            .AddConfigFilter<UpstreamTimeouts>()
            .AddTransforms<GatewayTransforms>();
        var unacknowledged = settings.Defaults.Timeouts.Unacknowledged;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Header values pass byte for byte: Latin-1 maps every byte to one character and back (the other end of this is in
            // UpstreamClientFactory). UTF-8 here would refuse or alter what is not UTF-8, e.g. a Last-Event-ID of any bytes.
            kestrel.RequestHeaderEncodingSelector = name => name switch
            {
                "Connection" => ConnectionFieldEncoding.Instance,
                "Content-Length" => ContentLengthEncoding.Instance,
                _ => Encoding.Latin1,
            };
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.AddServerHeader = false;
            if (kestrel.Limits.MinResponseDataRate is { } rate)
            {
                // Kestrel would end a connection of HTTP/2 with all its streams when its socket takes nothing for five seconds and a little.
                kestrel.Limits.MinResponseDataRate = new MinDataRate(
                    rate.BytesPerSecond, rate.GracePeriod > unacknowledged ? rate.GracePeriod : unacknowledged);
            }

            kestrel.Limits.Http2.KeepAlivePingDelay = KeepAlive.Delay;
            kestrel.Limits.Http2.KeepAlivePingTimeout = unacknowledged;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseDirectSend());
        });
        builder.Services.PostConfigure<SocketTransportOptions>(transport =>
        {
            // All clients of a gateway that was restarted come at once. A SYN that finds no place is sent again after 1 s, then 2, then 4: with the
            // default of 512, 34,000 of a storm of 9,000 clients were dropped, with this 2,600, and the last client was back in half the time
            // (loadtests, reconnect-storm). Linux takes as much of it as net.core.somaxconn says, 4096 mostly.
            transport.Backlog = Math.Max(transport.Backlog, ListenBacklog);
            var create = transport.CreateBoundListenSocket;
            transport.CreateBoundListenSocket = endpoint =>
            {
                var listener = create(endpoint);
                KeepAlive.Enable(listener, unacknowledged);
                return listener;
            };
        });
        return builder;
    }
}
