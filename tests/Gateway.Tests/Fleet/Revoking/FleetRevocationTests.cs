using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using SseGateway.Streams.Revoking;
using Xunit;

namespace Gateway.Tests.Fleet.Revoking;

/// <summary>What is revoked at one gateway is revoked at all: catalogue 9.3.4.</summary>
[Trait("Case", "9.3.4")]
public sealed class FleetRevocationTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoked_at_one_ends_its_streams_at_all_and_holds_after_a_restart()
    {
        await using var two = await TwoGateways.StartAsync();
        var token = TwoGateways.Of("ada");
        using var hers = await two.B.OpenAsync("/events", token);
        using var his = await TwoGateways.OpenAsync(two.B, "bob");

        Assert.Equal((0, true), await RevokeAsync(two.A, "ada"));
        await hers.ExpectAbortAsync("");
        hers.Dispose();
        await Deadline.UntilAsync(() => StoreTests.Lines(two.B, 193) == 1);
        using var refused = await two.B.OpenAsync("/events", token);
        Assert.Equal(401, refused.Status);
        await Deadline.UntilAsync(() => two.B.Streams.Count == 1);

        // Not heard again by the one that has said it.
        Assert.Equal((1, 0), (StoreTests.Lines(two.A, 140), StoreTests.Lines(two.A, 193)));

        // One that was not there: it knows before it is asked for anything.
        var late = await two.StartAnotherAsync("late");
        using var again = await late.OpenAsync("/events", token);
        Assert.Equal(401, again.Status);
    }

    [Fact]
    public async Task A_word_that_was_not_heard_is_found_in_the_store()
    {
        await using var two = await TwoGateways.StartAsync();
        using var hers = await TwoGateways.OpenAsync(two.B);
        await two.Redis.ExecuteAsync("ZADD", "sse:{revoked}", DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds(), "sada");
        await two.Redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await hers.ExpectAbortAsync("");
    }

    [Fact]
    public async Task What_is_revoked_without_redis_is_told_when_it_is_back()
    {
        await using var two = await TwoGateways.StartAsync("SseGateway:Heartbeat=0");
        using var hers = await TwoGateways.OpenAsync(two.B);
        await two.Redis.KillAsync();
        Assert.Equal((0, false), await RevokeAsync(two.A, "ada"));
        Assert.Equal((1, 1), (StoreTests.Lines(two.A, 194), two.B.Streams.Count));

        await two.Redis.StartAsync();
        await hers.ExpectAbortAsync("");
        Assert.True((long)await two.Redis.ExecuteAsync("PTTL", "sse:{revoked}") > 0);
    }

    [Fact]
    public async Task Another_fleet_on_the_same_redis_has_its_own()
    {
        await using var two = await TwoGateways.StartAsync();
        var other = await two.StartAnotherAsync("C", "SseGateway:Fleet:Prefix=other");
        using var there = await TwoGateways.OpenAsync(other);
        using var here = await TwoGateways.OpenAsync(two.B);
        await RevokeAsync(two.A, "ada");
        await here.ExpectAbortAsync("");
        Assert.Equal(1, other.Streams.Count);
    }

    [Fact]
    public async Task One_that_no_longer_fits_is_said()
    {
        await using var two = await TwoGateways.StartAsync();
        for (var i = 0; i < Revocations.Capacity; i++)
        {
            two.B.Streams.Revocations.TryAdd(new Revocation(IsKey: false, $"{i}", DateTimeOffset.UnixEpoch));
        }

        using var hers = await TwoGateways.OpenAsync(two.B);
        await RevokeAsync(two.A, "ada");
        await hers.ExpectAbortAsync("");
        Assert.Equal(1, StoreTests.Lines(two.B, 195));
    }

    private static async Task<(int Ended, bool Told)> RevokeAsync(GatewayUnderTest gateway, string subject)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync("/revoke", new { subject }, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Test);
        return (body.GetProperty("ended").GetInt32(), body.GetProperty("told").GetBoolean());
    }
}
