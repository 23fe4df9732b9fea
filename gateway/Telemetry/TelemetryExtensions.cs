using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SseGateway.Streams;

namespace SseGateway.Telemetry;

/// <summary>What leaves the process: metrics to whoever asks for them, traces to a collector if there is one.</summary>
internal static class TelemetryExtensions
{
    private const string MetricsPath = "/metrics";
    private const string HostingMeter = "Microsoft.AspNetCore.Hosting";
    private const string RequestDuration = "http.server.request.duration";

    /// <summary>Collects the gateway's metrics, and exports its traces by OTLP when the standard environment variables name a collector.</summary>
    /// <remarks>
    /// ASP.NET Core's and HttpClient's own instrumentation stays out: their spans would last as long as a stream, and their activities would
    /// put a traceparent of ours into what passes untouched.
    /// </remarks>
    public static void AddGatewayTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("sse-gateway").AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddMeter(StreamMetrics.MeterName, HostingMeter)
                .AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var factory = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => Exports(instrument, factory) ? null : MetricStreamConfiguration.Drop);
        });
        if (HasCollector(builder.Configuration))
        {
            telemetry.WithTracing(traces => traces.AddSource(OpeningSpan.SourceName).AddOtlpExporter());
        }
    }

    /// <summary>Answers <c>/metrics</c> in another application's pipeline, in Prometheus' text format.</summary>
    /// <param name="admin">The pipeline.</param>
    /// <param name="gateway">The services of the gateway whose metrics these are.</param>
    public static void UseMetrics(this IApplicationBuilder admin, IServiceProvider gateway)
    {
        ArgumentNullException.ThrowIfNull(admin);
        admin.UseOpenTelemetryPrometheusScrapingEndpoint(
            gateway.GetRequiredService<MeterProvider>(), context => context.Request.Path == MetricsPath, path: null, configureBranchedPipeline: null, optionsName: null);
    }

    // A provider listens to the whole process; another gateway, or an application beside this one, counts for itself. Of the framework's
    // only the duration of ordinary requests: what is not exported is not measured either.
    private static bool Exports(Instrument instrument, IMeterFactory factory) =>
        ReferenceEquals(instrument.Meter.Scope, factory) && (instrument.Meter.Name == StreamMetrics.MeterName || instrument.Name == RequestDuration);

    private static bool HasCollector(ConfigurationManager configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]);
}
