using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Reload;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>What every stream has, a shared one has as well.</summary>
public sealed class StreamLifeTests
{
    // The tokens of the tests are issued by the machine's clock.
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private readonly FakeTimeProvider _time = new(Start);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_client_has_heartbeats_by_its_own_silence()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With("Join=all"), "SseGateway:Heartbeat=10s"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Event(1));
        await first.ExpectAsync(Share.Event(1));
        await time.OpenedAsync(1);
        await time.PassAsync(6);
        using var second = await gateway.OpenAsync();
        await second.ExpectAsync(Share.Event(1));
        await time.OpenedAsync(2);
        await time.PassAsync(7);
        await exchange.SendAsync(Share.Event(2));
        await first.ExpectAsync(":\n" + Share.Event(2));
        await second.ExpectAsync(Share.Event(2));
        first.Dispose();
    }

    [Fact]
    public async Task Client_is_told_that_its_token_ends_and_the_others_are_not()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, [.. Share.With(), .. Tokens.RequireHs256(), "SseGateway:Heartbeat=0", "SseGateway:Authentication:Jwt:ClockSkew=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var claims = Tokens.Claims("ada");
        claims["exp"] = Start.ToUnixTimeSeconds() + 60;
        var (exchange, ada) = await gateway.OpenEventSourceAsync(upstream, "/events", $"Authorization: Bearer {Tokens.Hs256(claims)}");
        using var bob = await gateway.OpenAsEventSourceAsync("/events", $"Authorization: Bearer {Tokens.For("bob")}");
        await time.OpenedAsync(2);
        await exchange.SendAsync(Share.Event(1));
        await ada.ExpectAsync(Share.Event(1));
        await time.PassAsync(31);
        var notice = await ada.ReadFrameAsync();
        Assert.StartsWith("event: gateway.expiring\ndata: {", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("id:", notice, StringComparison.Ordinal);
        await time.PassUntilAsync(() => time.Streams.Count() == 1);
        Assert.Matches("^retry: [0-9]+\n\n$", await ada.ReadTextAsync());
        await exchange.SendAsync(Share.Event(2));
        await bob.ExpectAsync(Share.Events(1, 2));
        ada.Dispose();
    }

    [Fact]
    public async Task Oldest_stream_of_a_subject_is_evicted_and_the_upstream_stays()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [.. Share.With(), .. Tokens.RequireHs256(), "SseGateway:Limits:OnSubjectLimit=EvictOldest", "SseGateway:Limits:StreamsPerSubject=1"]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        var (exchange, oldest) = await gateway.OpenEventSourceAsync(upstream, "/events", ada);
        using var newest = await gateway.OpenAsEventSourceAsync("/events", ada);
        Assert.Matches("^retry: [0-9]+\n\n$", await oldest.ReadTextAsync());
        await exchange.SendAsync(Share.Event(1));
        await newest.ExpectAsync("live", Share.Event(1));
        Assert.Equal(1, upstream.RequestCount);
        oldest.Dispose();
    }

    [Fact]
    public async Task Revoked_subject_and_deleted_stream_end_and_the_others_stay()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. Tokens.RequireHs256(), GatewayUnderTest.WithAdmin]);
        var (exchange, ada) = await gateway.OpenEventSourceAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("ada")}");
        using var bob = await gateway.OpenAsEventSourceAsync("/events", $"Authorization: Bearer {Tokens.For("bob")}");
        using var eve = await gateway.OpenAsEventSourceAsync("/events", $"Authorization: Bearer {Tokens.For("eve")}");
        await exchange.SendAsync(Share.Event(1));
        foreach (var response in new[] { ada, bob, eve }) await response.ExpectAsync(Share.Event(1));

        using (var revoke = await gateway.Admin.PostAsJsonAsync("/revoke", new { subject = "ada" }, Test)) Assert.True(revoke.IsSuccessStatusCode);
        await ada.ExpectEndAsync("", BodyEnding.Clean);

        using var list = JsonDocument.Parse(await gateway.Admin.GetStringAsync("/streams", Test));
        var streams = list.RootElement.GetProperty("streams").EnumerateArray().ToArray();
        Assert.All(streams, stream => Assert.Equal("shared", stream.GetProperty("mode").GetString()));
        var id = streams.Single(stream => stream.GetProperty("subject").GetString() == "bob").GetProperty("id").GetString();
        using (var delete = await gateway.Admin.DeleteAsync(new Uri($"/streams/{id}", UriKind.Relative), Test)) Assert.True(delete.IsSuccessStatusCode);
        await bob.ReadTextAsync();

        await exchange.SendAsync(Share.Event(2));
        await eve.ExpectAsync(Share.Event(2));
        await Deadline.UntilAsync(() => gateway.Streams.Count == 1);
        ada.Dispose();
    }

    [Fact]
    public async Task Drained_clients_end_between_frames_each_with_a_time_of_its_own()
    {
        const int Count = 20;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, [.. Share.With(), "SseGateway:DrainWindow=20s", "SseGateway:Heartbeat=0"]);
        var (exchange, first) = await gateway.OpenEventSourceAsync(upstream);
        var responses = new List<RawResponse> { first };
        while (responses.Count < Count) responses.Add(await gateway.OpenAsEventSourceAsync());
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream.State == StreamState.Open) == Count);
        await exchange.SendAsync(Share.Event(1) + "id: 2\ndata: ha");
        foreach (var response in responses) await response.ExpectAsync(Share.Event(1));
        var texts = responses.Select(response => response.ReadTextAsync()).ToArray();

        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            return stopping.IsCompleted;
        });
        var goodbyes = (await Task.WhenAll(texts)).ToHashSet();
        Assert.All(goodbyes, goodbye => Assert.Matches("^retry: [0-9]+\n\n$", goodbye));
        Assert.InRange(goodbyes.Count, Count / 2, Count);
        responses.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task Reload_leaves_clients_alone_and_those_that_come_share_by_the_new_settings()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = TemporaryFile.Write(Settings(upstream, "last:1"));
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync("--config", file);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Events(1, 2));
        await first.ExpectAsync(Share.Events(1, 2));

        // The same settings once more: nothing changes for anybody.
        Assert.True(await ReloadAsync(gateway));
        using var second = await gateway.OpenAsync();
        await second.ExpectAsync("live", Share.Event(2));

        await File.WriteAllTextAsync(file, Settings(upstream, "all"), Test);
        Assert.True(await ReloadAsync(gateway));
        var (another, third) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Event(3));
        await another.SendAsync(Share.Event(7));
        await first.ExpectAsync(Share.Event(3));
        await second.ExpectAsync(Share.Event(3));
        await third.ExpectAsync(Share.Event(7));
        using var fourth = await gateway.OpenAsync();
        await fourth.ExpectAsync("live", Share.Event(7));
        Assert.Equal(2, upstream.RequestCount);
        first.Dispose();
        third.Dispose();
    }

    [Fact]
    public async Task Upstream_of_clients_from_before_a_reload_is_dialled_again_by_their_settings()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = TemporaryFile.Write(Settings(upstream, "last:1"));
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync("--config", file);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Events(1, 2));
        await first.ExpectAsync(Share.Events(1, 2));
        await File.WriteAllTextAsync(file, Settings(upstream, "all"), Test);
        Assert.True(await ReloadAsync(gateway));
        exchange.Cut();
        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        await first.ExpectAsync(Share.Event(3));
        first.Dispose();
    }

    private static Task<bool> ReloadAsync(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<SettingsReload>().RunAsync();

    private static string Settings(ScriptedUpstream upstream, string join) => JsonSerializer.Serialize(new
    {
        ReverseProxy = new
        {
            Routes = new { events = new { ClusterId = "events", Match = new { Path = "/events" } } },
            Clusters = new { events = new { Destinations = new { one = new { Address = upstream.Url } } } },
        },
        SseGateway = new { Routes = new { events = new { Sharing = new { Enabled = true, Join = join } } } },
    });
}
