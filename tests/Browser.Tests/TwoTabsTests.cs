using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>Two windows of one browser are two people, as docs/getting-started.md has it: what they share is the cookie.</summary>
public sealed class TwoTabsTests(Chromium chromium)
{
    public static TheoryData<string[]> Sites => new(Site.SharedRooms, []);

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Two_tabs_talk_to_each_other_and_each_keeps_its_name(string[] settings)
    {
        await using var site = await Site.StartAsync(settings);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ada.OpenTabAsync(site);
        await bob.JoinAsync("Bob");
        await bob.IsAsync("open");

        await Assertions.Expect(ada.People).ToContainTextAsync((string[])["Ada", "Bob"]);
        await Assertions.Expect(bob.People).ToContainTextAsync((string[])["Bob", "Ada"]);
        await ada.SayAsync("hello");
        await bob.ShowsAsync("hello");
        await bob.SayAsync("hi");
        await ada.ShowsAsync("hello", "hi");
        foreach (var tab in (ChatPage[])[ada, bob])
            await Assertions.Expect(tab.Page.GetByTestId("message-author")).ToHaveTextAsync(["Ada", "Bob"]);

        await ada.Page.ReloadAsync();
        await ada.IsAsync("open");
        await Assertions.Expect(ada.Page.GetByTestId("me")).ToHaveTextAsync("Ada");
        await ada.SayAsync("still Ada");
        await Assertions.Expect(bob.Page.GetByTestId("message-author").Last).ToHaveTextAsync("Ada");
        await Assertions.Expect(bob.People).ToContainTextAsync((string[])["Bob", "Ada"]);
    }

    [Fact]
    public async Task Both_come_back_as_who_they_are_when_the_service_was_gone()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ada.OpenTabAsync(site);
        await bob.JoinAsync("Bob");
        await bob.IsAsync("open");

        await site.Backend.KillAsync();
        await ada.IsAsync("waiting");
        await bob.IsAsync("waiting");
        await site.Backend.StartAsync();

        await ada.IsAsync("open");
        await bob.IsAsync("open");
        await ada.SayAsync("I am Ada");
        await Assertions.Expect(bob.Page.GetByTestId("message-author").Last).ToHaveTextAsync("Ada");
    }

    [Fact]
    public async Task Signing_out_in_one_leaves_the_other_where_it_is()
    {
        await using var site = await Site.StartAsync(Site.SharedRooms);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ada.OpenTabAsync(site);
        await bob.JoinAsync("Bob");
        await bob.IsAsync("open");

        // Who leaves while the page is still saying that they are here is missed later.
        await Assertions.Expect(ada.People).ToHaveCountAsync(2);
        await bob.Page.Locator("#sign-out").ClickAsync();

        await Assertions.Expect(bob.Name).ToBeVisibleAsync();
        await Assertions.Expect(ada.People).ToHaveCountAsync(1);
        await ada.Page.ReloadAsync();
        await ada.IsAsync("open");
        await ada.SayAsync("still here");
        await ada.ShowsAsync("still here");
    }
}
