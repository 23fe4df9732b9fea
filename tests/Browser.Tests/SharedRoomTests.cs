using System.Globalization;
using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>Rooms whose stream the gateway shares among all people in them.</summary>
public sealed class SharedRoomTests(Chromium chromium)
{
    private const int Kills = 4;

    [Fact]
    public async Task Service_that_is_killed_again_and_again_is_no_error_to_either_page_and_no_message_is_missing()
    {
        await using var site = await StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        var said = new List<string>();
        await SayAsync(said, ada, "ada before");
        await bob.ShowsAsync([.. said]);
        await SayAsync(said, bob, "bob before");
        await ada.ShowsAsync([.. said]);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await site.Backend.KillAsync();
            Assert.Equal(1, MostStreamsAtOnce(site.Backend.Log));
            await SayAsync(said, ada, string.Create(CultureInfo.InvariantCulture, $"ada while it was gone {kill}"));
            await Assertions.Expect(ada.Page.GetByTestId("retry-send")).ToBeVisibleAsync();
            await ada.IsAsync("open");
            await bob.IsAsync("open");
            await site.Backend.StartAsync();

            // By itself, as soon as the stream goes on; nobody has come back.
            await ada.ShowsAsync([.. said]);
            await SayAsync(said, bob, string.Create(CultureInfo.InvariantCulture, $"bob after {kill}"));
            await ada.ShowsAsync([.. said]);
            await bob.ShowsAsync([.. said]);
            await Assertions.Expect(ada.People).ToHaveCountAsync(2);
        }

        await site.Backend.KillAsync();
        Assert.Equal(1, MostStreamsAtOnce(site.Backend.Log));
        Assert.Equal((1, 0), await ada.StreamsAsync());
        Assert.Equal((1, 0), await bob.StreamsAsync());
    }

    [Fact]
    public async Task Everybody_sees_who_is_there_and_who_types_whenever_they_came()
    {
        await using var site = await StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await using var cleo = await ChatPage.JoinAsync(chromium, site, "Cleo");

        // Oneself first.
        await Assertions.Expect(ada.People).ToContainTextAsync((string[])["Ada", "Bob", "Cleo"]);
        await Assertions.Expect(bob.People).ToContainTextAsync((string[])["Bob", "Ada", "Cleo"]);
        await Assertions.Expect(cleo.People).ToContainTextAsync((string[])["Cleo", "Ada", "Bob"]);
        await bob.Input.PressSequentiallyAsync("hi");
        await Assertions.Expect(ada.Page.GetByTestId("typing")).ToHaveTextAsync("Bob is typing");
        await Assertions.Expect(cleo.Page.GetByTestId("typing")).ToHaveTextAsync("Bob is typing");
        await site.Backend.KillAsync();
        Assert.Equal(1, MostStreamsAtOnce(site.Backend.Log));
    }

    [Fact]
    public async Task Typing_of_a_while_ago_is_no_news_to_somebody_who_comes_later()
    {
        await using var site = await StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await Assertions.Expect(bob.People).ToHaveCountAsync(2);
        await bob.Input.PressSequentiallyAsync("hi");
        await Assertions.Expect(ada.Page.GetByTestId("typing")).ToHaveTextAsync("Bob is typing");
        await Assertions.Expect(ada.Page.GetByTestId("typing")).ToHaveTextAsync("");

        await using var cleo = await ChatPage.JoinAsync(chromium, site, "Cleo");
        await ada.SayAsync("after that");
        await cleo.ShowsAsync("after that");

        Assert.Equal("", await cleo.Page.GetByTestId("typing").TextContentAsync());
    }

    [Fact]
    public async Task Person_leaves_with_the_last_of_their_pages()
    {
        await using var site = await StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await using var cleo = await ChatPage.JoinAsync(chromium, site, "Cleo");
        var second = await bob.Context.NewPageAsync();
        await second.GotoAsync($"{site.Address}#lobby");
        await Assertions.Expect(second.GetByTestId("name-input")).ToHaveValueAsync("Bob");
        await second.RunAndWaitForResponseAsync(() => second.GetByTestId("join-button").ClickAsync(), "**/presence/*");
        await Assertions.Expect(second.GetByTestId("people").Locator("li")).ToHaveCountAsync(3);
        await Assertions.Expect(ada.People).ToHaveCountAsync(3);

        // Cleo leaves later than bob would have.
        await second.RunAndWaitForResponseAsync(() => second.GetByTestId("leave-button").ClickAsync(), "**/presence/*");
        await cleo.Page.GetByTestId("leave-button").ClickAsync();
        await Assertions.Expect(ada.People).ToContainTextAsync((string[])["Ada", "Bob"]);

        // As a tab that is closed.
        await bob.Page.GotoAsync("about:blank");
        await Assertions.Expect(ada.People).ToContainTextAsync((string[])["Ada"]);
    }

    [Fact]
    public async Task Signing_out_takes_leave_of_the_room()
    {
        await using var site = await StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await Assertions.Expect(bob.People).ToHaveCountAsync(2);

        await ada.Page.RunAndWaitForResponseAsync(() => ada.Page.Locator("#sign-out").ClickAsync(), "**/logout");

        await Assertions.Expect(bob.People).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_the_gateway_retains_no_more_comes_from_the_history()
    {
        await using var site = await StartAsync("SseGateway:Routes:rooms-events:Sharing:LogCount=5");
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await ada.SayAsync("seen");
        await bob.ShowsAsync("seen");

        // As a page that is left and come back to: it misses more than the history gives at a time, and more comes while it reads that.
        await bob.Page.EvaluateAsync("() => window.dispatchEvent(new PageTransitionEvent('pagehide'))");
        await bob.IsAsync("closed");
        var missed = Site.Numbered("missed", 250);
        await site.PostAsync("Ada", "lobby", missed);
        var live = Site.Numbered("live", 30);
        var posting = site.PostAsync("Ada", "lobby", live);
        await bob.Page.EvaluateAsync("() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        await bob.IsAsync("open");
        await posting;

        await bob.ShowsAsync(["seen", .. missed, .. live]);
        await ada.ShowsAsync(["seen", .. missed, .. live]);
    }

    [Fact]
    public async Task Ended_session_asks_to_sign_in_again_though_the_stream_stands()
    {
        await using var site = await StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");

        // What the service says of a token that it takes no more; the stream is the gateway's.
        await ada.Page.RouteAsync("**/presence/*", route => route.FulfillAsync(new() { Status = 401 }));
        await site.Backend.KillAsync();
        await site.Backend.StartAsync();

        await Assertions.Expect(ada.Page.GetByText("Your session has ended.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Stream_that_ends_with_its_token_comes_back_with_the_renewed_one_and_nothing_is_missed()
    {
        await using var site = await StartToKillAsync("Chat:TokenLifetime=00:00:06");
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        // The page's stream ends with its token, the room's own does not.
        var said = await ada.JoinAndHearOnEachStreamAsync(site, streams: 3);
        await ada.IsAsync("open");
        await ada.SayAsync("still here");
        await ada.ShowsAsync([.. said, "still here"]);
        await site.Backend.KillAsync();
        Assert.Equal(1, MostStreamsAtOnce(site.Backend.Log));
    }

    // The gateway comes back to the service as soon as the service wants; pages say that they are there when they must, not because it is time again.
    private static string[] Settings(string[] further) => [.. Site.SharedRooms, "Chat:RetryDelay=00:00:00.2", "Chat:PageLease=00:30:00", .. further];

    private static Task<Site> StartAsync(params string[] settings) => Site.StartAsync(Settings(settings));

    private static Task<Site> StartToKillAsync(params string[] settings) => Site.StartToKillAsync(Settings(settings));

    private static async Task SayAsync(List<string> said, ChatPage page, string text)
    {
        said.Add(text);
        await page.SayAsync(text);
    }

    private static int MostStreamsAtOnce(IReadOnlyList<string> log)
    {
        var (open, most) = (0, 0);
        foreach (var line in log)
        {
            open += line.Contains("A stream of room lobby opens", StringComparison.Ordinal) ? 1
                : line.Contains("A stream of room lobby ended", StringComparison.Ordinal) ? -1
                : 0;
            most = Math.Max(most, open);
        }

        return most;
    }
}
