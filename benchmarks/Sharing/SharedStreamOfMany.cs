using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Telemetry;

namespace Benchmarks.Sharing;

/// <summary>A shared stream without an upstream, and clients in memory.</summary>
internal sealed class SharedStreamOfMany
{
    private readonly StreamRegistry _registry;
    private readonly StreamLimiter _limiter = new(TimeProvider.System, maxStreams: 0);
    private readonly RouteFeature _route;
    private readonly List<Subscriber> _subscribers = [];

    public SharedStreamOfMany(SharingSettings settings, int clients)
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _registry = new StreamRegistry(TimeProvider.System, new StreamMetrics(meters), new StreamLog(NullLogger<StreamLog>.Instance));
        _route = new RouteFeature("route", new RouteSettings { Sharing = settings, Heartbeat = TimeSpan.Zero });
        var request = new ShareRequest(new DefaultHttpContext(), _route.Settings);
        Shared = new SharedStream(
            ShareKey.Of("route", settings, request), request, _route, new Endpoint(null, null, null), _registry, new SharingMetrics(meters),
            new PublicationTicker(TimeProvider.System), TimeProvider.System);
        Shared.Feed.Begin(resume: "");
        Shared.Answered(new UpstreamHead(new DefaultHttpContext().Response), new CancellationTokenSource())!.Open();
        for (var i = 0; i < clients; i++)
        {
            Join();
        }
    }

    public SharedStream Shared { get; }

    /// <summary>Waits until every client has so many frames: they are written to by a thread of the stream's own.</summary>
    public void WaitFor(long frames)
    {
        foreach (var subscriber in _subscribers)
        {
            while (subscriber.Frames < frames)
            {
                Thread.SpinWait(10);
            }
        }
    }

    private void Join()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Protocol = HttpProtocol.Http2;
        context.Features.Set<IHttpResponseBodyFeature>(new Body(new MemoryWriter()));
        var client = new StreamClient(Address: null, Subject: null);
        _limiter.TryAcquire(new StreamApplicant("route", _route.Settings.Limits, AddressKey.Of(null), null), out var lease, out _);
        var stream = new LiveStream(_registry, context, "route", client, _route.Settings);
        stream.Begin(lease!);
        var subscriber = Shared.Subscribe(context, stream, new Entry(Shared, Shared.Run, Shared.Log.Head, []));
        _subscribers.Add(subscriber);
        stream.Connect(subscriber);
        stream.Open();
    }

    private sealed class Body(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
