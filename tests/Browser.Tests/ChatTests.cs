using System.Text.RegularExpressions;
using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>What people do with the page, through the gateway.</summary>
public sealed class ChatTests(Chromium chromium)
{
    /// <summary>The places for names whose content is wider than they are: what sticks out is cut off without an ellipsis, with all that comes after
    /// it.</summary>
    private const string WiderThanTheirBox =
        """
        () => ['#rooms-list', '#people', '#room-start'].filter((selector) => {
          const box = document.querySelector(selector);
          box.hidden = false;
          return box.scrollWidth > box.clientWidth;
        }).join(' ')
        """;

    [Fact]
    public async Task Two_people_chat()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Zo\u00eb \u674e");

        await Assertions.Expect(ada.People).ToContainTextAsync((string[])["Ada", "Zo\u00eb \u674e"]);
        await ada.SayAsync("hello");
        await Assertions.Expect(bob.Texts).ToHaveTextAsync(["hello"]);
        await bob.Input.PressSequentiallyAsync("hi");
        await Assertions.Expect(ada.Page.GetByTestId("typing")).ToHaveTextAsync("Zo\u00eb \u674e is typing");
        await bob.Input.PressAsync("Enter");

        foreach (var page in (ChatPage[])[ada, bob])
        {
            await page.ShowsAsync("hello", "hi");
            await Assertions.Expect(page.Page.GetByTestId("message-author")).ToHaveTextAsync(["Ada", "Zo\u00eb \u674e"]);
        }

        await Assertions.Expect(ada.Page.GetByTestId("typing")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task Person_can_do_everything_with_the_keyboard()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.OpenAsync(chromium, site);

        await Assertions.Expect(ada.Name).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("Ada");
        await ada.Page.Keyboard.PressAsync("Tab");
        await ada.Page.Keyboard.PressAsync("Control+A");
        await ada.Page.Keyboard.TypeAsync("attic");
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.IsAsync("open");
        await Assertions.Expect(ada.Input).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("first line");
        await ada.Page.Keyboard.PressAsync("Shift+Enter");
        await ada.Page.Keyboard.TypeAsync("second line");
        await ada.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(ada.Texts).ToHaveCountAsync(1);
        Assert.Equal("first line\nsecond line", await ada.Texts.TextContentAsync());
        await Assertions.Expect(ada.Input).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Panel_that_slides_over_the_conversation_takes_the_focus_and_gives_it_back()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada", options: new() { ViewportSize = new() { Width = 360, Height = 640 } });
        var opener = ada.Page.Locator("[data-open=people]");

        await opener.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(ada.Page.Locator("[data-close=people]")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Tab");
        Assert.False(await ada.Page.EvaluateAsync<bool>("() => document.querySelector('.conversation').contains(document.activeElement)"));
        await ada.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(opener).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("<img src=x onerror=\"window.hacked = true\">")]
    [InlineData("<script>window.hacked = true</script>")]
    [InlineData("javascript:window.hacked=true https://a.example/\"onclick=\"window.hacked=true")]
    public async Task Markup_in_a_message_or_a_name_stays_text(string markup)
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await site.PostAsync("<b onclick=alert(1)>bob</b>", "lobby", markup);

        await Assertions.Expect(ada.Texts).ToHaveTextAsync([markup]);
        await ada.Page.ReloadAsync();
        await Assertions.Expect(ada.Texts).ToHaveTextAsync([markup]);

        await Assertions.Expect(ada.Page.GetByTestId("message-author")).ToHaveTextAsync(["<b onclick=alert(1)>bob</b>"]);
        Assert.Equal(0, await ada.Page.Locator("#timeline :is(img, script, b, [onclick], [onerror], a[href^=javascript])").CountAsync());
        Assert.True(await ada.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
    }

    [Fact]
    public async Task History_comes_on_join_and_older_messages_on_demand()
    {
        await using var site = await Site.StartAsync();
        var texts = Site.Numbered("message", 70);
        await site.PostAsync("bob", "lobby", texts);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");

        await ada.ShowsAsync(texts[20..]);
        await ada.Page.GetByTestId("load-older").ClickAsync();
        await ada.ShowsAsync(texts);
        await Assertions.Expect(ada.Page.GetByTestId("load-older")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Messages_out_of_sight_are_counted_until_they_are_seen()
    {
        await using var site = await Site.StartAsync();
        await site.PostAsync("bob", "lobby", Site.Numbered("message", 45));
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        var unread = ada.Page.GetByTestId("unread");

        await ada.Page.Locator("#timeline-scroll").EvaluateAsync("scroll => { scroll.scrollTop = 0; }");
        await Assertions.Expect(unread).ToBeHiddenAsync();
        await site.PostAsync("bob", "lobby", "one more", "and another");
        await Assertions.Expect(unread).ToHaveTextAsync("2 new messages");
        await Assertions.Expect(ada.Page).ToHaveTitleAsync(new Regex(@"^\(2\) "));
        await unread.ClickAsync();

        await Assertions.Expect(unread).ToBeHiddenAsync();
        await Assertions.Expect(ada.Texts.Last).ToBeInViewportAsync();
        await Assertions.Expect(ada.Page).ToHaveTitleAsync(new Regex("^#lobby"));
    }

    [Fact]
    public async Task Rooms_are_apart_and_each_keeps_its_draft()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await ada.SayAsync("in the lobby");
        await ada.ShowsAsync("in the lobby");
        await ada.Input.FillAsync("not yet sent");

        await ada.Page.GetByTestId("switch-input").FillAsync("the attic");
        await ada.Page.GetByTestId("switch-button").ClickAsync();
        await ada.IsAsync("open");
        await Assertions.Expect(ada.Input).ToHaveValueAsync("");
        await ada.SayAsync("in the attic");
        await ada.ShowsAsync("in the attic");
        await ada.Page.GetByTestId("rooms").GetByRole(AriaRole.Link, new() { Name = "lobby" }).ClickAsync();

        await ada.ShowsAsync("in the lobby");
        await Assertions.Expect(ada.Input).ToHaveValueAsync("not yet sent");
    }

    [Fact]
    public async Task Message_is_written_in_the_direction_of_its_own_script()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        const string Direction = "element => getComputedStyle(element).direction";

        await ada.Input.FillAsync("\u0645\u0631\u062d\u0628\u0627 (abc)!");
        Assert.Equal("rtl", await ada.Input.EvaluateAsync<string>(Direction));
        await ada.Input.PressAsync("Enter");
        await ada.ShowsAsync("\u0645\u0631\u062d\u0628\u0627 (abc)!");
        Assert.Equal("rtl", await ada.Texts.EvaluateAsync<string>(Direction));

        await ada.Input.FillAsync("abc");
        Assert.Equal("ltr", await ada.Input.EvaluateAsync<string>(Direction));
    }

    [Theory]
    [InlineData(360, 640)]
    [InlineData(1320, 820)]
    public async Task Nothing_is_wider_than_the_window(int width, int height)
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(
            chromium, site, "12345678901234567890123456789012", new string('r', 64), new() { ViewportSize = new() { Width = width, Height = height } });

        await ada.SayAsync(new string('w', 600));
        await Assertions.Expect(ada.Texts).ToHaveCountAsync(1);

        Assert.True(await ada.Page.EvaluateAsync<bool>("() => document.scrollingElement.scrollWidth <= window.innerWidth"));
        Assert.True(
            await ada.Page.EvaluateAsync<bool>("() => { const s = document.getElementById('timeline-scroll'); return s.scrollWidth <= s.clientWidth; }"));
        Assert.Equal("", await ada.Page.EvaluateAsync<string>(WiderThanTheirBox));
        await Assertions.Expect(ada.Page.GetByTestId("leave-button")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Assertions.Expect(ada.Page.GetByTestId("send-button")).ToBeInViewportAsync(new() { Ratio = 1 });
    }
}
