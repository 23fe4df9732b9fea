using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>
/// What is read of another gateway's answers counts as retained for as long as it is here, and not after that: what is never taken out of the count again is
/// missing to everybody, until no stream is admitted any more.
/// </summary>
public sealed class MirrorMemoryTests
{
    [Fact]
    public async Task Readers_that_come_at_the_same_moment_leave_nothing_in_the_count()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        for (var round = 1; round <= 10; round++)
        {
            var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
            await exchange.SendAsync(Keep.Token(1));
            await response.ExpectAsync(Keep.Token(1));
            var readers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => fleet.Two.ReadAgainAsync(response.Id()))));
            Assert.All(readers, reader => Assert.Equal(200, reader.Status));
            await CountIsRightAsync(fleet.Two);
            await exchange.EndAsync();
            await response.ReadToEndAsync();
            Array.ForEach(readers, reader => reader.Dispose());
            response.Dispose();
        }
    }

    [Fact]
    public async Task One_that_is_read_again_after_it_was_cut_leaves_nothing_in_the_count()
    {
        await using var fleet = await AnswersFleet.StartAsync([.. Keep.With("LogBytes=4096"), "SseGateway:Fleet:Grace=60s"]);
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        await fleet.Redis.KillAsync();
        await Deadline.UntilAsync(() => !Node.Store(fleet.One).Status.IsHere && !Node.Store(fleet.Two).Status.IsHere, "both to see it");
        for (var n = 2; n < 1000; n += 50)
        {
            await exchange.SendAsync(Keep.Tokens(n, n + 49));
            await response.ExpectAsync(Keep.Tokens(n, n + 49));
        }

        await fleet.Redis.StartAsync();
        Assert.NotEqual(BodyEnding.Clean, (await reader.ReadToEndAsync()).Ending);

        // Before the sweep has come by, mostly.
        using var again = await fleet.Two.ReadAgainAsync(response.Id(), "?after=1000");
        Assert.Equal(200, again.Status);
        await CountIsRightAsync(fleet.Two);
        response.Dispose();
    }

    // What has just been let go of is in the one a moment longer than in the other.
    private static Task CountIsRightAsync(GatewayUnderTest gateway) => Deadline.UntilAsync(
        () => gateway.Streams.Memory.Retainers.Sum(retainer => retainer.Retained) == gateway.Streams.Memory.Retained, "nothing else to count as retained");
}
