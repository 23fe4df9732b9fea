using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>Signing in and staying signed in.</summary>
public sealed class SessionTests(Chromium chromium)
{
    [Fact]
    public async Task Ended_session_asks_to_sign_in_again_and_keeps_the_draft()
    {
        await using var site = await Site.StartAsync("Chat:TokenLifetime=00:00:06");
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        await ada.JoinAsync("Ada");
        await ada.Page.RouteAsync("**/login", route => route.AbortAsync());
        await ada.Input.FillAsync("half a thou");

        // Its token ends and cannot be renewed.
        await Assertions.Expect(ada.Page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await Assertions.Expect(ada.Name).ToHaveValueAsync("Ada");
        await ada.Page.UnrouteAllAsync();
        await ada.Page.GetByTestId("join-button").ClickAsync();

        await ada.IsAsync("open");
        await Assertions.Expect(ada.Input).ToHaveValueAsync("half a thou");
    }

    [Fact]
    public async Task Cookie_that_is_gone_is_had_again_with_the_token_of_the_tab()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");

        await ada.Context.ClearCookiesAsync();
        await site.Backend.KillAsync();
        await ada.IsAsync("waiting");
        await site.Backend.StartAsync();

        await ada.IsAsync("open");
        await ada.SayAsync("still here");
        await ada.ShowsAsync("still here");
    }

    [Fact]
    public async Task Stream_that_ends_with_its_token_comes_back_with_the_renewed_one_and_nothing_is_missed()
    {
        // Renewed after half of it: a busy machine has seven seconds for that.
        await using var site = await Site.StartAsync("Chat:TokenLifetime=00:00:15");
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        // The stream that the page opened with its first token, and the one after that token's end.
        var said = await ada.JoinAndHearOnEachStreamAsync(site, streams: 2);
        await ada.IsAsync("open");
        await ada.SayAsync("still here");
        await ada.ShowsAsync([.. said, "still here"]);
        await Assertions.Expect(ada.Page.GetByText("Your session has ended.")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Clock_that_is_wrong_by_hours_does_not_matter(int hours)
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        await ada.Page.Clock.SetFixedTimeAsync(DateTime.UtcNow.AddHours(hours));

        await ada.JoinAsync("Ada");
        await ada.IsAsync("open");
        await ada.SayAsync("what time is it?");

        await ada.ShowsAsync("what time is it?");
        await Assertions.Expect(ada.Page.GetByTestId("me")).ToHaveTextAsync("Ada");
    }

    [Fact]
    public async Task What_something_else_wrote_into_the_storage_does_not_matter()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        await ada.Page.EvaluateAsync("() => ['chat.rooms', 'chat.session', 'chat.outbox.lobby.Ada'].forEach((key) => localStorage.setItem(key, '{\"a\":1}'))");
        await ada.Page.ReloadAsync();

        await ada.JoinAsync("Ada");
        await ada.IsAsync("open");
        await ada.SayAsync("hello");

        await ada.ShowsAsync("hello");
    }

    [Fact]
    public async Task Page_renews_its_token_before_it_expires()
    {
        await using var site = await Site.StartAsync("Chat:TokenLifetime=00:00:08");
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        var renewals = 0;
        ada.Page.Response += (_, response) => renewals += response.Url.EndsWith("/login", StringComparison.Ordinal) && response.Ok ? 1 : 0;

        await ada.JoinAsync("Ada");
        // The third token outlives the first.
        while (renewals < 4)
            await ada.Page.WaitForResponseAsync("**/login");
        await ada.SayAsync("still here");

        await ada.ShowsAsync("still here");
        await Assertions.Expect(ada.Name).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_stream_and_the_cookie()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await Assertions.Expect(bob.People).ToHaveCountAsync(2);

        await ada.Page.RunAndWaitForResponseAsync(() => ada.Page.Locator("#sign-out").ClickAsync(), "**/logout");

        await Assertions.Expect(bob.People).ToHaveCountAsync(1);
        await Assertions.Expect(ada.Name).ToHaveValueAsync("");
        Assert.DoesNotContain(await ada.Context.CookiesAsync(), cookie => cookie.Name == "chat_token");
        await ada.Page.GotoAsync($"{site.Address}#lobby");
        await Assertions.Expect(ada.Name).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reload_leads_back_into_the_room()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada", "attic");

        await ada.Page.ReloadAsync();

        await ada.IsAsync("open");
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("attic");
    }

    [Fact]
    public async Task Name_that_the_service_refuses_is_explained()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);

        await ada.JoinAsync(new string('a', 33));
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "1 to 32" })).ToBeVisibleAsync();
        await ada.JoinAsync("Ada", "no/such room");
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "A room name has" })).ToBeVisibleAsync();
        await Assertions.Expect(ada.Room).ToBeFocusedAsync();
    }
}
