using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using Xunit;

namespace Gateway.Tests.Edge;

/// <summary>Catalogue 10.1 and 11.3.3: who gets a place, and that every place comes back.</summary>
public sealed class AdmissionTests : IDisposable
{
    private static readonly string[] Stream = ["Accept: text/event-stream"];

    private readonly TempFile _secret = new(TestKeys.Secret);

    [Fact]
    public async Task One_more_than_the_limit_is_refused_and_the_others_go_on()
    {
        await using var host = await EdgeHost.StartAsync("Limits:Streams=3", "Limits:RetryAfter=7s");
        host.UpstreamStreams();
        var streams = new List<RawResponse>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(await host.SendAsync("GET", "/a/x", Stream));
        }

        using var refused = await host.SendAsync("GET", "/a/x", Stream);
        Assert.All(streams, stream => Assert.Equal(200, stream.Status));
        Assert.Equal(429, refused.Status);
        Assert.InRange(int.Parse(refused.Head.Value("Retry-After")!), 7, 14);
        Assert.Equal("application/problem+json", refused.Head.Value("Content-Type"));
        Assert.Equal("no-store", refused.Head.Value("Cache-Control"));
        Assert.Contains("\"reason\":\"limit\"", await refused.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Equal(3, host.Limiter.Count);
        streams.ForEach(stream => stream.Dispose());
        await EmptyAsync(host);
    }

    [Fact]
    public async Task Two_hundred_at_once_are_exactly_ten_streams()
    {
        await using var host = await EdgeHost.StartAsync("Limits:Streams=10");
        host.UpstreamStreams();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.SendAsync("GET", "/a/x", Stream)));
        Assert.Equal((10, 190), (answers.Count(answer => answer.Status == 200), answers.Count(answer => answer.Status == 429)));
        foreach (var answer in answers)
        {
            answer.Dispose();
        }

        await EmptyAsync(host);
    }

    public static TheoryData<string> WaysOut => ["fin", "reset", "end", "error", "refused upstream", "json", "head", "options", "401"];

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task The_place_comes_back_whatever_the_way_out(string way)
    {
        await using var host = await EdgeHost.StartAsync(
            ["Limits:Streams=1", "Limits:StreamsPerAddress=1", "Limits:StreamsPerRoute=1", .. way == "401" ? Authentication() : []]);
        for (var round = 0; round < 20; round++)
        {
            host.UpstreamStreams();
            switch (way)
            {
                case "fin" or "reset":
                    using (var stream = await host.SendAsync("GET", "/a/x", Stream))
                    {
                        Assert.Equal(200, stream.Status);
                        if (way == "fin") stream.Client.Leave();
                        else stream.Client.Reset();
                    }

                    break;
                case "end":
                    host.Upstream = context => context.Response.WriteAsync("data: x\n\n");
                    await ExpectAsync(host, 200);
                    break;
                case "error":
                    host.Upstream = _ => throw new InvalidOperationException("The relay failed.");
                    await ExpectAsync(host, 500);
                    break;
                case "refused upstream":
                    host.Upstream = context =>
                    {
                        context.Response.StatusCode = 502;
                        return Task.CompletedTask;
                    };
                    await ExpectAsync(host, 502);
                    break;
                case "json":
                    host.Upstream = context =>
                    {
                        context.Features.GetRequiredFeature<StreamAdmission>().GiveBack(isSuccess: true);
                        return context.Response.WriteAsync("{}");
                    };
                    await ExpectAsync(host, 200);
                    break;
                case "head" or "options":
                    host.Upstream = _ => Task.CompletedTask;
                    using (var answer = await host.SendAsync(way.ToUpperInvariant(), "/a/x", Stream))
                    {
                        Assert.Equal(200, answer.Status);
                    }

                    break;
                default:
                    await ExpectAsync(host, 401);
                    break;
            }

            await EmptyAsync(host);
        }

        Assert.Equal(0, host.Limiter.Entries);
    }

    [Fact]
    public async Task A_client_that_left_is_not_counted_although_the_handler_has_not_noticed()
    {
        await using var host = await EdgeHost.StartAsync("Limits:Streams=1");
        var over = new TaskCompletionSource();
        host.Upstream = async context =>
        {
            await context.Response.Body.FlushAsync();
            await over.Task;
        };
        using (var stream = await host.SendAsync("GET", "/a/x", Stream))
        {
            stream.Client.Reset();
        }

        await EmptyAsync(host);
        over.SetResult();
    }

    [Fact]
    public async Task Only_requests_that_announce_a_stream_take_a_place()
    {
        await using var host = await EdgeHost.StartAsync("Limits:Streams=1");
        var counts = new List<int>();
        host.Upstream = _ =>
        {
            counts.Add(host.Limiter.Count);
            return Task.CompletedTask;
        };
        foreach (var (method, accept) in new[]
        {
            ("GET", "text/event-stream"), ("GET", "application/json, Text/Event-Stream;q=0.5"), ("POST", "text/event-stream"),
            ("GET", "*/*"), ("GET", "text/*"), ("GET", "text/event-stream;q=0"), ("GET", "text/event-streams"), ("HEAD", "text/event-stream"),
            ("OPTIONS", "text/event-stream"),
        })
        {
            using var answer = await host.SendAsync(method, "/a/x", $"Accept: {accept}");
            Assert.Equal(200, answer.Status);
            await EmptyAsync(host);
        }

        Assert.Equal([1, 1, 1, 0, 0, 0, 0, 0, 0], counts);
    }

    [Fact]
    public async Task A_request_that_turns_out_to_be_a_stream_is_admitted_late_and_once()
    {
        await using var host = await EdgeHost.StartAsync("Limits:Streams=1");
        var reasons = new List<RefusalReason>();
        host.Upstream = async context =>
        {
            for (var i = 0; i < 2; i++)
            {
                var reason = await context.Features.GetRequiredFeature<StreamAdmission>().AdmitAsync();
                reasons.Add(reason);
                if (reason != RefusalReason.None)
                {
                    context.Response.Headers.ETag = "\"upstream\"";
                    context.Response.StatusCode = 200;
                    await Refusal.WriteAsync(context, reason, wasAsked: true);
                    return;
                }
            }

            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        using var first = await host.SendAsync("POST", "/a/x");
        Assert.Equal(1, host.Limiter.Count);
        using var second = await host.SendAsync("POST", "/b/x");

        Assert.Equal((200, 429), (first.Status, second.Status));
        Assert.False(second.Head.Has("ETag"));
        Assert.Equal("false", second.Head.Value("x-should-retry"));
        Assert.Equal([RefusalReason.None, RefusalReason.None, RefusalReason.TotalStreams], reasons);
    }

    [Fact]
    public async Task Addresses_subjects_and_routes_are_counted_apart()
    {
        await using var host = await EdgeHost.StartAsync([.. Authentication(), "Limits:StreamsPerAddress=2", "Limits:StreamsPerSubject=1"]);
        host.UpstreamStreams();
        using var ada = await OpenAsync(host, "127.0.0.1", "ada");
        using var adaAgain = await OpenAsync(host, "127.0.0.2", "ada", "/a/y");
        using var eve = await OpenAsync(host, "127.0.0.1", "eve");
        using var joe = await OpenAsync(host, "127.0.0.1", "joe");
        using var joeElsewhere = await OpenAsync(host, "127.0.0.2", "joe");
        Assert.Equal((200, 429, 200, 429, 200), (ada.Status, adaAgain.Status, eve.Status, joe.Status, joeElsewhere.Status));
        Assert.Contains("subject", await adaAgain.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Contains("address", await joe.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For: 198.51.100.1")]
    [InlineData("Forwarded: for=198.51.100.1")]
    [InlineData("X-Real-IP: 198.51.100.1")]
    public async Task A_forged_address_does_not_help(string field)
    {
        await using var host = await EdgeHost.StartAsync("Limits:StreamsPerAddress=1");
        host.UpstreamStreams();
        using var first = await host.SendAsync("GET", "/a/x", Stream);
        using var second = await host.SendAsync("GET", "/a/x", [.. Stream, field]);
        Assert.Equal((200, 429), (first.Status, second.Status));
    }

    [Fact]
    public async Task A_trusted_proxys_word_counts_and_what_the_client_added_does_not()
    {
        await using var host = await EdgeHost.StartAsync("Limits:StreamsPerAddress=1", "Limits:TrustedProxies=127.0.0.1,10.0.0.0/8");
        host.UpstreamStreams();
        using var one = await host.SendAsync("GET", "/a/x", [.. Stream, "X-Forwarded-For: 198.51.100.1, 10.0.0.3"]);
        using var same = await host.SendAsync("GET", "/a/x", [.. Stream, "X-Forwarded-For: 203.0.113.77, 198.51.100.1"]);
        using var other = await host.SendAsync("GET", "/a/x", [.. Stream, "X-Forwarded-For: 198.51.100.2"]);
        Assert.Equal((200, 429, 200), (one.Status, same.Status, other.Status));
    }

    [Fact]
    public async Task The_connect_rate_refuses_and_recovers()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await EdgeHost.StartAsync(time, "Limits:ConnectsPerSecond=10");
        var statuses = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            statuses.Add(await StatusAsync(host));
        }

        Assert.Equal([.. Enumerable.Repeat(200, 10), 429, 429], statuses);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await StatusAsync(host));
        Assert.Equal(0, host.Limiter.Count);
    }

    public void Dispose() => _secret.Dispose();

    // The place is given back when the server has noticed the end, a moment after the client has.
    private static Task EmptyAsync(EdgeHost host) =>
        Deadline.UntilAsync(async () =>
        {
            if (host.Limiter.Count > 0)
            {
                using var roundTrip = await host.SendAsync("GET", "/other");
            }

            return host.Limiter.Count == 0;
        });

    private static async Task ExpectAsync(EdgeHost host, int status)
    {
        using var answer = await host.SendAsync("GET", "/a/x", Stream);
        Assert.Equal(status, answer.Status);
    }

    private static async Task<int> StatusAsync(EdgeHost host)
    {
        using var answer = await host.SendAsync("GET", "/a/x", Stream);
        await answer.ReadToEndAsync();
        return answer.Status;
    }

    private static async Task<RawResponse> OpenAsync(EdgeHost host, string from, string subject, string target = "/a/x")
    {
        var client = await host.BeginAsync("GET", target, [.. Stream, $"Authorization: Bearer {new TestToken().With("sub", subject)}"], IPAddress.Parse(from));
        return await client.ReadResponseAsync();
    }

    private string[] Authentication() =>
    [
        "Authentication:Mode=Required", $"Authentication:Jwt:KeyFile={_secret.Path}", $"Authentication:Jwt:Issuer={TestToken.Issuer}",
        $"Authentication:Jwt:Audience={TestToken.Audience}",
    ];
}
