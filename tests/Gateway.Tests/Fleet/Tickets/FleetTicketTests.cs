using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Tickets;

/// <summary>A ticket is good at any gateway, for one stream.</summary>
public sealed class FleetTicketTests
{
    private static readonly string KeyFile =
        $"SseGateway:Fleet:TicketKeyFile={TemporaryFile.Write("!a secret of the fleet's, of more than thirty-two bytes!")}";

    [Fact]
    public async Task Issued_at_one_it_opens_its_stream_at_any_and_no_other()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile);
        var ticket = await two.A.TicketForAsync(Tokens.For("ada"));
        using var first = await two.B.OpenAsync($"/events?ticket={ticket}");
        Assert.Equal((200, "ada"), (first.Status, Assert.Single(two.B.Streams.Streams).Subject));

        // Out of a log, it is of no use.
        Assert.Equal((401, 401), (await StatusAsync(two.A, $"/other?ticket={ticket}"), await StatusAsync(two.B, $"/other?ticket={ticket}")));

        // The browser's own retry, by way of the other one: the stream before is the same client's.
        using var again = await two.A.OpenAsync($"/events?ticket={ticket}");
        Assert.Equal(200, again.Status);
        await first.ExpectAbortAsync("");
        using var back = await two.B.OpenAsync($"/events?ticket={ticket}");
        await again.ExpectAbortAsync("");
        Assert.Equal(200, back.Status);

        // After a restart of all of them too.
        var late = await two.StartAnotherAsync("late");
        Assert.Equal((401, 200), (await StatusAsync(late, $"/other?ticket={ticket}"), await StatusAsync(late, $"/events?ticket={ticket}")));
    }

    [Fact]
    public async Task Too_late_for_its_first_use_it_is_over()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile, "SseGateway:Tickets:FirstUse=1ms");
        var ticket = await two.A.TicketForAsync(Tokens.For("ada"));
        var over = DateTimeOffset.UtcNow.AddMilliseconds(2);
        await Deadline.UntilAsync(() => DateTimeOffset.UtcNow > over);
        Assert.Equal(401, await StatusAsync(two.B, $"/events?ticket={ticket}"));
    }

    [Fact]
    public async Task Revoked_with_its_subject()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile);
        var ticket = await two.A.TicketForAsync(Tokens.For("ada"));
        two.B.Streams.Revocations.TryAddSubject("ada");
        Assert.Equal(401, await StatusAsync(two.B, $"/events?ticket={ticket}"));
    }

    [Fact]
    public async Task Of_another_key_it_is_none()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile);
        var other = await two.StartAnotherAsync(
            "C", $"SseGateway:Fleet:TicketKeyFile={TemporaryFile.Write("!another secret, which has more than thirty-two bytes!")}");
        var ticket = await other.TicketForAsync(Tokens.For("ada"));
        Assert.Equal((401, 200), (await StatusAsync(two.A, $"/events?ticket={ticket}"), await StatusAsync(other, $"/events?ticket={ticket}")));
    }

    [Fact]
    public async Task Without_redis_a_new_one_is_good_and_one_that_may_have_been_used_waits()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile);
        var brief = await two.StartAnotherAsync("brief", "SseGateway:Tickets:FirstUse=1ms");
        var (fresh, aged, used) = (
            await two.A.TicketForAsync(Tokens.For("ada")), await brief.TicketForAsync(Tokens.For("ada")), await two.A.TicketForAsync(Tokens.For("ada")));
        Assert.Equal(200, await StatusAsync(two.B, $"/events?ticket={used}"));
        await two.Redis.KillAsync();
        Assert.Equal(
            (200, 503, 200),
            (await StatusAsync(two.B, $"/events?ticket={fresh}"), await StatusAsync(two.B, $"/events?ticket={aged}"),
                await StatusAsync(two.B, $"/events?ticket={used}")));

        // The others are told when it is back.
        await two.Redis.StartAsync();
        await Deadline.UntilAsync(async () => (string[])(await two.Redis.ExecuteAsync("KEYS", "sse:t:*"))! is { Length: 1 });
        Assert.Equal((401, 200), (await StatusAsync(two.A, $"/other?ticket={fresh}"), await StatusAsync(two.A, $"/events?ticket={fresh}")));
    }

    [Fact]
    public async Task One_that_is_too_long_for_a_url_is_good_where_it_was_issued()
    {
        await using var two = await TwoGateways.StartAsync(KeyFile);
        var claims = Tokens.Claims();
        claims["noise"] = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(2800));
        var ticket = await two.A.TicketForAsync(Tokens.Hs256(claims));
        Assert.Equal((401, 200), (await StatusAsync(two.B, $"/events?ticket={ticket}"), await StatusAsync(two.A, $"/events?ticket={ticket}")));
        Assert.Equal(1, StoreTests.Lines(two.A, 196));
    }

    private static async Task<int> StatusAsync(GatewayUnderTest gateway, string target)
    {
        using var response = await gateway.OpenAsync(target);
        return response.Status;
    }
}
