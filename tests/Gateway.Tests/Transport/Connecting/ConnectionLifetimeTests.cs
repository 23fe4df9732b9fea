using System.Net;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>An upstream's name that comes to point elsewhere while requests go on. The pool's clock is the system's.</summary>
public sealed class ConnectionLifetimeTests
{
    private const string Name = "service.test";

    [Fact]
    public async Task Requests_follow_the_name_to_its_new_address_and_streams_on_the_old_one_go_on()
    {
        await using var old = ScriptedUpstream.Start();
        await using var other = ScriptedUpstream.Start(IPAddress.Parse("127.0.0.2"), old.Port);
        var names = new Names { [Name] = [IPAddress.Loopback] };
        await using var gateway = await AddressRaceTests.StartAsync($"http://{Name}:{old.Port}", names, "SseGateway:Timeouts:ConnectionLifetime=1s");
        var (exchange, response) = await gateway.OpenStreamAsync(old);
        using var stream = response;
        old.Serve(one => one.AnswerAsync(200, "text/plain", "old"));
        other.Serve(one => one.AnswerAsync(200, "text/plain", "new"));
        Assert.Equal("old", await AskAsync());

        names[Name] = [IPAddress.Parse("127.0.0.2")];

        // Never idle: without an end to its life the connection would be used for ever.
        await Deadline.UntilAsync(async () => await AskAsync() == "new");
        await exchange.SendAsync("data: on\n\n");
        await response.ExpectAsync("data: on\n\n");

        async Task<string> AskAsync()
        {
            using var answer = await gateway.SendAsync("GET", "/any");
            return await answer.ReadTextAsync();
        }
    }

    [Fact]
    public async Task A_connection_is_used_again_while_it_lives()
    {
        await using var upstream = ScriptedUpstream.Start();
        var names = new Names { [Name] = [IPAddress.Loopback] };
        await using var gateway = await AddressRaceTests.StartAsync($"http://{Name}:{upstream.Port}", names);
        upstream.Serve(one => one.AnswerAsync(200, "text/plain", "ok"));
        for (var request = 0; request < 3; request++)
        {
            using var answer = await gateway.SendAsync("GET", "/any");
            Assert.Equal(200, answer.Status);
            await answer.ReadTextAsync();
        }

        Assert.Equal((1, 1), (upstream.ConnectionCount, names.Asked));
    }
}
