using System.Text.RegularExpressions;
using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>What a page does by itself when the connection, the service or the permission is gone.</summary>
public sealed class ReconnectTests(Chromium chromium)
{
    [Fact]
    public async Task Killed_and_restarted_service_brings_both_pages_back_with_every_message_once()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await ada.SayAsync("before one");
        await Assertions.Expect(bob.Texts).ToHaveCountAsync(1);
        await bob.SayAsync("before two");
        await Assertions.Expect(ada.Texts).ToHaveCountAsync(2);

        await site.Backend.KillAsync();
        await ada.IsAsync("waiting");
        await bob.IsAsync("waiting");
        await Assertions.Expect(ada.Page.GetByTestId("countdown")).ToHaveTextAsync(new Regex(@"^\d+ s$"));
        await ada.SayAsync("written while it was gone");
        await Assertions.Expect(ada.Page.GetByTestId("retry-send")).ToBeVisibleAsync();
        await site.Backend.StartAsync();

        await ada.IsAsync("open");
        await bob.IsAsync("open");
        await bob.SayAsync("after");
        string[] texts = ["before one", "before two", "written while it was gone", "after"];
        await Assertions.Expect(ada.Texts).ToHaveCountAsync(4);
        await Assertions.Expect(bob.Texts).ToHaveCountAsync(4);
        Assert.Equal(texts.Order(), (await ada.Texts.AllTextContentsAsync()).Order());
        await ada.ShowsAsync([.. await bob.Texts.AllTextContentsAsync()]);
        await Assertions.Expect(ada.People).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Reconnect_that_is_earlier_than_the_countdown_shows_as_open_and_stays_so()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        await ada.Page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow });
        await ada.Page.ReloadAsync();
        await ada.JoinAsync("Ada");
        await ada.IsAsync("open");

        // The page's timers stand still from here on; EventSource counts by itself.
        await ada.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await site.Backend.KillAsync();
        await ada.IsAsync("waiting");
        await site.Backend.StartAsync();
        await ada.IsAsync("open");
        await ada.Page.Clock.RunForAsync(10_000);

        await ada.IsAsync("open");
        await ada.SayAsync("here");
        await ada.ShowsAsync("here");
    }

    [Fact]
    public async Task Messages_that_a_page_missed_come_when_it_is_back()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await ada.SayAsync("seen");
        await ada.ShowsAsync("seen");

        await ada.Context.SetOfflineAsync(true);
        await site.Backend.KillAsync();
        await ada.IsAsync("waiting");
        await site.Backend.StartAsync();
        await site.PostAsync("bob", "lobby", Site.Numbered("missed", 120));
        await ada.Context.SetOfflineAsync(false);

        await ada.IsAsync("open");
        await ada.ShowsAsync(["seen", .. Site.Numbered("missed", 120)]);
    }

    [Fact]
    public async Task Page_says_that_the_device_is_offline_and_is_live_when_it_is_back()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");

        await ada.Context.SetOfflineAsync(true);
        await ada.IsAsync("offline");
        await Assertions.Expect(ada.State).ToContainTextAsync("Offline");
        await ada.SayAsync("kept");
        await ada.Context.SetOfflineAsync(false);

        await ada.IsAsync("open");
        await ada.ShowsAsync("kept");
    }

    [Fact]
    public async Task Leaving_closes_the_stream_up_to_the_service_and_requests_nothing_more()
    {
        await using var site = await Site.StartToKillAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");
        await Assertions.Expect(bob.People).ToHaveCountAsync(2);
        var requests = new List<string>();
        ada.Page.Request += (_, request) => requests.Add(request.Url);

        await ada.Page.GetByTestId("leave-button").ClickAsync();

        // The service says who is there by the streams it has: the upstream's has ended.
        await Assertions.Expect(bob.People).ToHaveCountAsync(1);
        await Assertions.Expect(ada.Room).ToBeVisibleAsync();
        // Longer than any retry time of the service would be a wait for nothing; bob's reconnect shows that one has passed.
        await site.Backend.KillAsync();
        await bob.IsAsync("waiting");
        await site.Backend.StartAsync();
        await bob.IsAsync("open");
        Assert.DoesNotContain(requests, url => url.Contains("/rooms/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_stream_says_why_and_comes_back_by_itself()
    {
        await using var site = await Site.StartAsync("SseGateway:Limits:Streams=1", "SseGateway:Limits:RetryAfter=00:00:01");
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.OpenAsync(chromium, site);

        await bob.JoinAsync("Bob");
        await bob.IsAsync("waiting");
        await Assertions.Expect(bob.Page.GetByText("The server is busy.")).ToBeVisibleAsync();
        await ada.SayAsync("bob can only read this later");
        await ada.ShowsAsync("bob can only read this later");
        await ada.Page.GetByTestId("leave-button").ClickAsync();

        await bob.IsAsync("open");
        await bob.ShowsAsync("bob can only read this later");
    }

    [Fact]
    public async Task Unsent_messages_and_the_draft_survive_a_reload()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await ada.Page.RouteAsync("**/messages", route => route.Request.Method == "POST" ? route.AbortAsync() : route.ContinueAsync());

        await ada.SayAsync("cannot be sent");
        await Assertions.Expect(ada.Page.GetByTestId("retry-send")).ToBeVisibleAsync();
        await ada.Input.FillAsync("half a thou");
        await ada.Page.ReloadAsync();
        await Assertions.Expect(ada.Texts).ToHaveTextAsync(["cannot be sent"]);
        await Assertions.Expect(ada.Input).ToHaveValueAsync("half a thou");
        await ada.Page.UnrouteAllAsync();

        // By itself, some time later.
        await ada.ShowsAsync("cannot be sent");
    }

    [Fact]
    public async Task Message_whose_answer_was_lost_is_not_sent_twice()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);
        // No stream tells that the message has arrived: the page can only ask again.
        await ada.Page.RouteAsync("**/events*", route => route.AbortAsync());
        var posts = 0;
        await ada.Page.RouteAsync("**/messages", async route =>
        {
            if (route.Request.Method == "POST" && Interlocked.Increment(ref posts) == 1)
            {
                await route.FetchAsync();
                await route.AbortAsync();
                return;
            }

            await route.ContinueAsync();
        });

        await ada.JoinAsync("Ada");
        await ada.SayAsync("once");
        await Assertions.Expect(ada.Messages.Last).ToHaveAttributeAsync("data-delivery", "sent");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");

        Assert.Equal(2, posts);
        await ada.ShowsAsync("once");
        await bob.ShowsAsync("once");
    }

    [Fact]
    public async Task Message_that_the_service_refuses_can_be_tried_again_or_put_back()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await ada.Page.RouteAsync("**/messages", route => route.FulfillAsync(
            new() { Status = 422, ContentType = "application/problem+json", Body = """{"detail":"Not like that."}""" }));

        await ada.SayAsync("precious words");
        await ada.SayAsync("others");
        await Assertions.Expect(ada.Page.GetByText("Not like that.")).ToHaveCountAsync(2);
        await ada.Page.GetByTestId("put-back").First.ClickAsync();
        await Assertions.Expect(ada.Input).ToHaveValueAsync("precious words");
        await ada.Page.UnrouteAllAsync();
        await ada.Page.GetByTestId("retry-send").ClickAsync();

        await ada.ShowsAsync("others");
    }
}
