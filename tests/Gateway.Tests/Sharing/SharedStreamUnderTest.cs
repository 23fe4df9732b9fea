using Gateway.Tests.Streams;
using Gateway.Tests.Transport;
using Microsoft.AspNetCore.Http;
using SseGateway.Configuration;
using SseGateway.Sharing;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams;

namespace Gateway.Tests.Sharing;

/// <summary>A shared stream whose upstream, clock and sweep are the test's.</summary>
internal sealed class SharedStreamUnderTest
{
    public SharedStreamUnderTest(SharingSettings settings)
    {
        var route = new RouteFeature("route", new RouteSettings { Sharing = settings, Heartbeat = TimeSpan.Zero });
        var request = new ShareRequest(new DefaultHttpContext(), route.Settings);
        var endpoint = new Endpoint(requestDelegate: null, metadata: null, displayName: null);
        Shared = new SharedStream(
            ShareKey.Of("route", settings, request), request, route, endpoint, Streams.Registry, new SharingMetrics(Streams.Meters), Streams.Time);
        Shared.Feed.Begin(resume: "");
        Shared.Open(new UpstreamHead(new HeaderDictionary()));
    }

    public StreamsUnderTest Streams { get; } = new();

    public SharedStream Shared { get; }

    /// <summary>A client that has the head of its response.</summary>
    public (LiveStream Stream, Subscriber Subscriber) Join(DirectConnection connection)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = HttpProtocol.Http11;
        context.Features.Set(connection.Handover);
        var stream = Streams.Begin(Shared.Route.Settings);
        var subscriber = Shared.Subscribe(context, stream, isEarly: false);
        stream.Connect(subscriber);
        stream.Open();
        return (stream, subscriber);
    }
}
