using System.Diagnostics.Metrics;
using Gateway.Tests.Transport.Client;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings;
using SseGateway.Relay;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Telemetry;

namespace Gateway.Tests.Streams;

/// <summary>A registry whose clock and sweep are the test's.</summary>
internal sealed class StreamsUnderTest
{
    private readonly StreamLimiter _limiter;

    public StreamsUnderTest(ILogger<StreamLog>? logger = null, MemoryBudget? memory = null)
    {
        _limiter = new StreamLimiter(Time, maxStreams: 0);
        Registry = new StreamRegistry(Time, new StreamMetrics(Meters), new StreamLog(logger ?? NullLogger<StreamLog>.Instance), memory);
    }

    public IMeterFactory Meters { get; } = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public FakeTimeProvider Time { get; } = new();

    public StreamRegistry Registry { get; }

    /// <summary>The Accept of a client that names <c>text/event-stream</c> and is no EventSource.</summary>
    public const string Parser = "text/event-stream, */*";

    /// <summary>The Accept of an EventSource, which also says no-cache.</summary>
    public const string EventSource = "text/event-stream";

    /// <summary>A stream as it is after its admission; on a connection of HTTP/2, where one is named.</summary>
    public LiveStream Begin(
        RouteSettings? settings = null,
        string method = "GET",
        DateTimeOffset? expiresAt = null,
        CancellationTokenSource? client = null,
        IHttpRequestLifetimeFeature? connection = null,
        string accept = "",
        IConnectionItemsFeature? http2 = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = http2 is null ? HttpProtocol.Http11 : HttpProtocol.Http2;
        context.Features.Set(http2);
        context.Features.Set(connection ?? context.Features.Get<IHttpRequestLifetimeFeature>());
        context.RequestAborted = client?.Token ?? CancellationToken.None;
        context.Request.Method = method;
        context.Request.Headers.Accept = accept;
        context.Request.Headers.CacheControl = accept == EventSource ? "no-cache" : default;
        var alice = new StreamClient(Address: null, "alice", KeyId: null, expiresAt);
        settings ??= new RouteSettings();
        _limiter.TryAcquire(new StreamApplicant("route", settings.Limits, AddressKey.Of(null), alice.Subject), out var lease, out _);
        var stream = new LiveStream(Registry, context, "route", alice, settings);
        stream.Begin(lease!);
        return stream;
    }

    /// <summary>A stream whose client has the head.</summary>
    public (LiveStream Stream, RelayOutput Output) Open(
        DirectConnection connection, RouteSettings? settings = null, string method = "GET", DateTimeOffset? expiresAt = null, bool mayInsert = true,
        string accept = "")
    {
        var stream = Begin(settings, method, expiresAt, accept: accept);
        var output = new RelayOutput(stream, connection.Writer.WriteAsync, mayInsert);
        stream.Connect(output);
        stream.Open();
        return (stream, output);
    }

    /// <summary>Lets time pass, second by second, with a sweep at the end of each.</summary>
    public void Pass(double seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Registry.Sweep();
        }
    }
}
