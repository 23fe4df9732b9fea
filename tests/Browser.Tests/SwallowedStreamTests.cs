using Browser.Tests.Running;
using Xunit;

namespace Browser.Tests;

/// <summary>A stream that nothing comes through any more and that nobody has ended: EventSource takes it for open. The page's clock is the test's.</summary>
public sealed class SwallowedStreamTests(Chromium chromium)
{
    /// <summary>As long as the page may take it for live.</summary>
    private const int NoticedWithinMs = 45_000;

    public static TheoryData<string[]> Sites => new(Site.SharedRooms, []);

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Page_notices_within_45_seconds_and_shows_what_it_missed(string[] settings)
    {
        await using var site = await Site.StartAsync(settings);
        await using var network = SwallowingProxy.Start(site.Address);
        await using var ada = await JoinAsync(site, network);

        network.Swallow();
        await site.PostAsync("Bob", "lobby", "missed");
        await ada.Page.Clock.RunForAsync(NoticedWithinMs);

        await ada.ShowsAsync("before", "missed");
        await ada.IsAsync("open");
        await site.PostAsync("Bob", "lobby", "after");
        await ada.ShowsAsync("before", "missed", "after");
    }

    [Fact]
    public async Task Page_that_is_seen_again_asks_at_once()
    {
        await using var site = await Site.StartAsync();
        await using var network = SwallowingProxy.Start(site.Address);
        await using var ada = await JoinAsync(site, network);

        network.Swallow();
        await ada.LookAwayAsync();
        await site.PostAsync("Bob", "lobby", "missed");
        // Less than what it waits for in sight.
        await ada.Page.Clock.RunForAsync(20_000);
        Assert.Equal(1, (await ada.StreamsAsync()).Opened);
        await ada.LookAtAsync();

        await ada.ShowsAsync("before", "missed");
    }

    [Fact]
    public async Task Page_on_another_network_asks_at_once()
    {
        await using var site = await Site.StartAsync();
        await using var network = SwallowingProxy.Start(site.Address);
        await using var ada = await JoinAsync(site, network);

        network.Swallow();
        await site.PostAsync("Bob", "lobby", "missed");
        await ada.Page.EvaluateAsync("() => window.dispatchEvent(new Event('online'))");

        await ada.ShowsAsync("before", "missed");
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Page_in_a_silent_room_keeps_its_stream(string[] settings)
    {
        await using var site = await Site.StartAsync(["Chat:HeartbeatInterval=00:00:01", .. settings]);
        await using var network = SwallowingProxy.Start(site.Address);
        await using var ada = await JoinAsync(site, network);
        var beats = await ada.Page.EvaluateAsync<int>("() => window.streams.beats");

        // Two minutes for the page: a beat between any two steps is what the service's own 15 s are.
        for (var step = 0; step < 8; step++)
        {
            await ada.Page.WaitForFunctionAsync("beats => window.streams.beats > beats", beats);
            beats = await ada.Page.EvaluateAsync<int>("() => window.streams.beats");
            await ada.Page.Clock.RunForAsync(15_000);
        }

        await ada.IsAsync("open");
        Assert.Equal((1, 0), await ada.StreamsAsync());
    }

    // From here on the page's time passes only when it is told to; the browser's own, by which EventSource counts, does not matter.
    private async Task<ChatPage> JoinAsync(Site site, SwallowingProxy network)
    {
        var ada = await ChatPage.OpenAsync(chromium, network.Address);
        await ada.Page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow });
        await ada.Page.ReloadAsync();
        await ada.JoinAsync("Ada");
        await ada.IsAsync("open");
        await site.PostAsync("Bob", "lobby", "before");
        await ada.ShowsAsync("before");
        await ada.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddSeconds(5));
        return ada;
    }
}
