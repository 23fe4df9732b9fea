using System.Globalization;
using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>More tabs than a browser has connections to an origin over HTTP/1.1, which are six.</summary>
public sealed class ManyTabsTests(Chromium chromium)
{
    private const int Tabs = 8;

    public static TheoryData<string[]> Sites => new(Site.SharedRooms, []);

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Of_eight_tabs_whichever_is_looked_at_is_live_has_all_that_was_said_and_can_say_more(string[] settings)
    {
        await using var site = await Site.StartAsync(settings);
        await using var first = await ChatPage.JoinAsync(chromium, site, "Person 0");
        List<ChatPage> tabs = [first];
        while (tabs.Count < Tabs)
        {
            await tabs[^1].LookAwayAsync();
            var tab = await first.OpenTabAsync(site);
            await tab.JoinAsync(string.Create(CultureInfo.InvariantCulture, $"Person {tabs.Count}"));
            await tab.IsAsync("open");
            tabs.Add(tab);
        }

        var said = new List<string>();
        var seen = tabs[^1];
        foreach (var tab in tabs)
        {
            await seen.LookAwayAsync();
            await tab.LookAtAsync();
            seen = tab;
            said.Add(string.Create(CultureInfo.InvariantCulture, $"said {said.Count}"));
            await tab.IsAsync("open");
            await tab.SayAsync(said[^1]);
            await tab.ShowsAsync([.. said]);
        }

        Assert.Contains("resting", await Task.WhenAll(tabs.Select(tab => tab.State.GetAttributeAsync("data-state"))));
    }

    [Fact]
    public async Task With_too_many_tabs_in_sight_the_last_says_so_its_posts_get_out_and_it_goes_on_when_another_is_closed()
    {
        await using var site = await Site.StartAsync();
        await using var first = await ChatPage.JoinAsync(chromium, site, "Person 0");
        List<ChatPage> tabs = [first];
        while (tabs.Count < 5)
        {
            var tab = await first.OpenTabAsync(site);
            await tab.JoinAsync(string.Create(CultureInfo.InvariantCulture, $"Person {tabs.Count}"));
            await tab.IsAsync(tabs.Count < 4 ? "open" : "full");
            tabs.Add(tab);
        }

        var last = tabs[^1];
        await Assertions.Expect(last.Page.Locator("#trouble")).ToContainTextAsync("Too many tabs");
        await last.SayAsync("all the same");
        await first.ShowsAsync("all the same");
        await last.ShowsAsync("all the same");
        await tabs[1].Page.CloseAsync();

        await last.IsAsync("open");
        await first.SayAsync("welcome");
        await last.ShowsAsync("all the same", "welcome");
    }
}
