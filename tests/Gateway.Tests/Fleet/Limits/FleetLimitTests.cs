using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Limits;

/// <summary>Limits that hold for all gateways of a fleet together.</summary>
public sealed class FleetLimitTests
{
    private const string OfSubject = "SseGateway:Limits:StreamsPerSubject";
    private const string OfAddress = "SseGateway:Limits:StreamsPerAddress";

    [Theory]
    [InlineData(OfSubject)]
    [InlineData(OfAddress)]
    public async Task As_many_are_let_in_by_all_as_by_one_however_many_ask_at_once(string limit)
    {
        await using var two = await TwoGateways.StartAsync($"{limit}=3");
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            (i % 2 == 0 ? two.A : two.B).OpenAsync($"/events/{i}", TwoGateways.Of("ada"))));
        var open = answers.Count(answer => answer.Status == 200);
        Assert.Equal(24, open + answers.Count(answer => answer.Status == 429));

        // On a machine that is busy with other tests the store may answer too late for some; each of them is counted.
        Assert.InRange((double)open, 3, 3 + await UncountedAsync(two.A) + await UncountedAsync(two.B));

        // What is given back at one is free at the other.
        foreach (var answer in answers.Where(answer => answer.Status == 200).Take(open - 2)) answer.Dispose();
        RawResponse? again = null;
        await Deadline.UntilAsync(async () => (again = await IfOpenAsync(two.A) ?? await IfOpenAsync(two.B)) is not null);
        await two.FullAsync();
        again!.Dispose();
        foreach (var answer in answers) answer.Dispose();

        // Somebody else has never been in the way.
        if (limit == OfSubject) Assert.Equal(200, await TwoGateways.StatusAsync(two.A, "eve"));
    }

    [Theory]
    [InlineData("SseGateway:Limits:Streams")]
    [InlineData("SseGateway:Limits:StreamsPerRoute")]
    public async Task Streams_of_a_route_and_of_all_count_as_the_others_have_last_said(string limit)
    {
        await using var two = await TwoGateways.StartAsync($"{limit}=2");
        using var first = await TwoGateways.OpenAsync(two.A);
        using var second = await TwoGateways.OpenAsync(two.A);
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B) == 429);
        first.Dispose();
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B) == 200);
    }

    [Fact]
    public async Task Places_of_a_gateway_that_has_died_are_free_after_its_lease()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=2", $"{OfAddress}=4");
        await using (var dying = GatewayProcess.Start(
            ["--upstream", two.Upstream.Url, "--urls", "http://127.0.0.1:0", .. two.Settings.Select(setting => "--" + setting)]))
        {
            using var client = await dying.ConnectAsync();
            using var another = await dying.ConnectAsync();
            await Deadline.UntilAsync(() => dying.Console.Contains("Joined the fleet's Redis", StringComparison.Ordinal));
            foreach (var each in new[] { client, another })
            {
                await each.SendAsync($"GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n{TwoGateways.Of("ada")}\r\n\r\n");
                Assert.Equal(200, (await each.ReadResponseAsync()).Status);
            }

            await two.FullAsync();
            await dying.SignalAsync("KILL");
            await dying.WaitForExitAsync();
        }

        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.A) == 200);
    }

    [Fact]
    public async Task Without_redis_each_counts_for_itself_and_writes_it_down_when_it_is_back()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=2");
        using var first = await TwoGateways.OpenAsync(two.A);
        using var second = await TwoGateways.OpenAsync(two.B);
        await two.FullAsync();

        await two.Redis.KillAsync();
        using var third = await OpenIfFreeAsync(two.A);
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.A) == 429);
        var said = await Exposition.ReadAsync(two.A);
        Assert.True(said["sse_gateway_fleet_uncounted_streams_total{}"] > 0, said.Text);

        // With nothing in its memory; three of two are there now.
        await two.Redis.StartAsync();
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B) == 429);
        third.Dispose();
        first.Dispose();
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B) == 200);
    }

    [Fact]
    public async Task What_the_store_has_lost_is_written_down_again()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=1");
        using var stream = await TwoGateways.OpenAsync(two.A);
        await two.Redis.ExecuteAsync("FLUSHALL");
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B) == 429);
    }

    [Fact]
    public async Task The_oldest_of_a_subject_is_evicted_wherever_it_is()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=2", "SseGateway:Limits:OnSubjectLimit=EvictOldest");
        using var oldest = await TwoGateways.OpenAsync(two.A);
        using var older = await TwoGateways.OpenAsync(two.B);
        using var newest = await TwoGateways.OpenAsync(two.B);
        await oldest.ExpectAbortAsync("");
        oldest.Dispose();
        Assert.Equal(1, (await Exposition.ReadAsync(two.A))["sse_gateway_fleet_evictions_total{}"]);
        await Deadline.UntilAsync(() => (two.A.Streams.Count, two.B.Streams.Count) == (0, 2));

        // All of the two are at B now, and the next one at A takes the older one's place.
        using var next = await TwoGateways.OpenAsync(two.A);
        await older.ExpectAbortAsync("");
        older.Dispose();
        await Deadline.UntilAsync(() => (two.A.Streams.Count, two.B.Streams.Count) == (1, 1));
    }

    [Fact]
    public async Task The_same_thing_wanted_again_takes_the_place_of_the_first_at_another_gateway()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=1");
        using var left = await TwoGateways.OpenAsync(two.A, target: "/events?room=1");
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two.B, target: "/events?room=2") == 429);
        using var back = await TwoGateways.OpenAsync(two.B, target: "/events?room=1");
        await left.ExpectAbortAsync("");
    }

    [Fact]
    public async Task Two_fleets_do_not_see_each_other()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=1");
        var other = await two.StartAnotherAsync("C", "SseGateway:Fleet:Prefix=other");
        using var here = await TwoGateways.OpenAsync(two.A);
        using var there = await TwoGateways.OpenAsync(other);
        await Deadline.UntilAsync(async () => (await TwoGateways.StatusAsync(two.B), await TwoGateways.StatusAsync(other)) == (429, 429));
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        await using var two = await TwoGateways.StartAsync($"{OfSubject}=1", $"{OfAddress}=9");
        using (await TwoGateways.OpenAsync(two.A))
        {
            foreach (var key in await KeysAsync(two)) Assert.True((long)await two.Redis.ExecuteAsync("PTTL", key) > 0, key);
        }

        await Deadline.UntilAsync(() => two.A.Streams.Count == 0);
        await two.A.DisposeAsync();
        await two.B.DisposeAsync();
        Assert.DoesNotContain(await KeysAsync(two), key => key.StartsWith("sse:{limits}", StringComparison.Ordinal));
    }

    private static async Task<string[]> KeysAsync(TwoGateways two) => (string[])(await two.Redis.ExecuteAsync("KEYS", "*"))!;

    private static async Task<RawResponse?> IfOpenAsync(GatewayUnderTest gateway)
    {
        var response = await gateway.OpenAsync("/again", TwoGateways.Of("ada"));
        if (response.Status == 200) return response;
        response.Dispose();
        return null;
    }

    private static async Task<double> UncountedAsync(GatewayUnderTest gateway) =>
        (await Exposition.ReadAsync(gateway))["sse_gateway_fleet_uncounted_streams_total{}"] ?? 0;

    private static async Task<RawResponse> OpenIfFreeAsync(GatewayUnderTest gateway)
    {
        RawResponse? response = null;
        await Deadline.UntilAsync(async () =>
        {
            response?.Dispose();
            response = await gateway.OpenAsync("/events", TwoGateways.Of("ada"));
            return response.Status == 200;
        });
        return response!;
    }
}
