using System.Text;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using Microsoft.AspNetCore.Http;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Life;
using Xunit;

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
            ShareKey.Of("route", settings, request), request, route, endpoint, Streams.Registry, new SharingMetrics(Streams.Meters),
            new PublicationTicker(Streams.Time), Streams.Time);
        Shared.Feed.Begin(resume: "");
        Shared.Answered(new UpstreamHead(new DefaultHttpContext().Response), new CancellationTokenSource())!.Open();
    }

    public StreamsUnderTest Streams { get; } = new();

    public SharedStream Shared { get; }

    /// <summary>A client that has the head of its response.</summary>
    public (LiveStream Stream, Subscriber Subscriber) Join(DirectConnection connection) => Join(connection, Enter());

    /// <summary>A client that has been taken in, and whose response is still to begin.</summary>
    public Entry Enter(string cursor = "")
    {
        Assert.True(Shared.TryEnter(Shared.Endpoint, Encoding.Latin1.GetBytes(cursor), out var entry));
        return entry;
    }

    /// <summary>The same client's response begins.</summary>
    public (LiveStream Stream, Subscriber Subscriber) Join(DirectConnection connection, Entry entry)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = HttpProtocol.Http11;
        context.Features.Set(connection.Handover);
        var stream = Streams.Begin(Shared.Route.Settings);
        var subscriber = Shared.Subscribe(context, stream, entry);
        stream.Connect(subscriber);
        stream.Open();
        return (stream, subscriber);
    }
}
