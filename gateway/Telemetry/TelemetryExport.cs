using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Telemetry;

/// <summary>
/// What leaves the process: metrics to whoever asks for them, and the traces of openings to a collector when the standard environment
/// variables of OpenTelemetry name one. There from the start of the host to its end.
/// </summary>
/// <remarks>
/// It has providers of its own, beside any that the host application may have: what is exported of one is no concern of the other. ASP.NET
/// Core's and HttpClient's tracing stays out: their spans would last as long as a stream, and their activities would put a traceparent of
/// ours into what passes untouched.
/// </remarks>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string MetricsPath = "/metrics";
    private const string HostingMeter = "Microsoft.AspNetCore.Hosting";
    private const string RequestDuration = "http.server.request.duration";

    // All that ASP.NET Core says of a request but for the status, which has values that others choose.
    private static readonly MetricStreamConfiguration OfRequests = new()
    {
        TagKeys = ["url.scheme", "http.request.method", "http.route", "network.protocol.version", "error.type", StatusClass.Label],
    };

    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _traces;

    /// <param name="factory">Whose meters are exported.</param>
    /// <param name="configuration">The standard environment variables.</param>
    /// <param name="isScraped">False when nobody can ask for metrics: then none are collected, which takes some megabytes.</param>
    public TelemetryExport(IMeterFactory factory, IConfiguration configuration, bool isScraped)
    {
        _meters = isScraped ? Metrics(factory, configuration) : null;
        if (HasCollector(configuration))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddSource(OpeningSpan.SourceName)
                .AddOtlpExporter()
                .Build();
        }
    }

    /// <summary>Answers <c>/metrics</c> in another application's pipeline, in Prometheus' text format.</summary>
    public void Map(IApplicationBuilder admin) => admin.UseOpenTelemetryPrometheusScrapingEndpoint(
        _meters!, context => context.Request.Path == MetricsPath, path: null, configureBranchedPipeline: null, optionsName: null);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _meters?.Dispose();
        _traces?.Dispose();
    }

    private static MeterProvider Metrics(IMeterFactory factory, IConfiguration configuration) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(configuration))
        .ConfigureResource(Describe)
        .AddMeter(StreamMetrics.MeterName, HostingMeter)
        .AddView(instrument => !Exports(instrument, factory) ? MetricStreamConfiguration.Drop : instrument.Name == RequestDuration ? OfRequests : null)
        .AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false)
        .Build();

    private static void Describe(ResourceBuilder resource) =>
        resource.Clear().AddService("sse-gateway").AddTelemetrySdk().AddEnvironmentVariableDetector();

    // A provider listens to the whole process; another gateway in it counts for itself. Of the framework's only the duration of ordinary
    // requests: what is not exported is not measured either.
    private static bool Exports(Instrument instrument, IMeterFactory factory) =>
        ReferenceEquals(instrument.Meter.Scope, factory) && (instrument.Meter.Name == StreamMetrics.MeterName || instrument.Name == RequestDuration);

    private static bool HasCollector(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]);
}
