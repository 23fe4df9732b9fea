using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing.Answers;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>What an upstream says for good to a cursor, each of the clients with that cursor is told, and the upstream is not asked by each of them.</summary>
public sealed class FinalAnswerTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(204, "")]
    [InlineData(404, "gone")]
    [InlineData(410, "gone")]
    public async Task Clients_of_a_lost_stream_are_each_told_when_they_come_back(int status, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenEventSourceAsync(upstream);
        using var second = await gateway.OpenAsEventSourceAsync();
        await exchange.SendAsync(Share.Events(1, 2));
        exchange.Cut();
        await AnswerAsync(await upstream.NextAsync(), status, body);
        Assert.Matches($"^{Share.Events(1, 2)}retry: [0-9]+\n\n$", await first.ReadTextAsync());
        Assert.Matches($"^{Share.Events(1, 2)}retry: [0-9]+\n\n$", await second.ReadTextAsync());
        for (var client = 0; client < 3; client++)
        {
            using var back = await gateway.OpenAsBrowserAsync("/events", "Last-Event-ID: 2");
            Assert.Equal((status, body), (back.Status, await back.ReadTextAsync()));
        }
        Assert.Equal(2, upstream.RequestCount);

        // Who has another cursor, or none, asks for something else.
        var (another, behind) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 1");
        Assert.Equal("1", another.Request.Value("Last-Event-ID"));
        behind.Dispose();
        first.Dispose();
    }

    /// <summary>How a server stops an EventSource: it ends the stream, and says 204 to who comes back (HTML Standard, 9.2.3).</summary>
    [Fact]
    public async Task Job_that_is_done_is_done_for_every_client()
    {
        await using var upstream = ScriptedUpstream.Start();
        var jobs = 0;
        upstream.Serve(async exchange =>
        {
            if (exchange.Request.Has("Last-Event-ID"))
            {
                await AnswerAsync(exchange, 204, "");
                return;
            }

            Interlocked.Increment(ref jobs);
            await exchange.StartStreamAsync();
            await exchange.SendAsync(Share.Events(1, 2));
            await exchange.EndAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var page = await gateway.OpenAsBrowserAsync();
        Assert.Matches($"^{Share.Events(1, 2)}retry: [0-9]+\n\n$", await page.ReadTextAsync());
        await time.PassAsync(5);
        for (var client = 0; client < 3; client++)
        {
            using var back = await gateway.OpenAsBrowserAsync("/events", "Last-Event-ID: 2");
            Assert.Equal(204, back.Status);
        }
        Assert.Equal((1, 2), (jobs, upstream.RequestCount));

        // For a while: then it may have changed its mind.
        await time.PassAsync((int)FinalAnswers.While.TotalSeconds + 1);
        using var later = await gateway.OpenAsBrowserAsync("/events", "Last-Event-ID: 2");
        Assert.Equal((204, 3), (later.Status, upstream.RequestCount));
    }

    [Fact]
    public async Task Answer_to_the_cursor_of_one_is_not_the_answer_of_others_who_wait()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var shared = gateway.Services.GetRequiredService<SseGateway.Sharing.SharedStreams>();
        using var done = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: done"]);
        var exchange = await upstream.NextAsync();
        using var fresh = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await Deadline.UntilAsync(() => shared.Streams.Sum(stream => stream.Users) == 2);
        await AnswerAsync(exchange, 204, "");
        using (var answer = await done.ReadResponseAsync()) Assert.Equal(204, answer.Status);
        var own = await upstream.NextAsync();
        Assert.False(own.Request.Has("Last-Event-ID"));
        await own.StartStreamAsync();
        await own.SendAsync(Share.Event(1));
        using var response = await fresh.ReadResponseAsync();
        await response.ExpectAsync("live", Share.Event(1));
    }

    private static async Task AnswerAsync(UpstreamExchange exchange, int status, string body)
    {
        if (status == 204)
        {
            await exchange.SendHeadAsync(204);
            exchange.Finish();
        }
        else
        {
            await exchange.AnswerAsync(status, "text/plain", body);
        }
    }
}
