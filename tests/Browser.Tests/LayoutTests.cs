using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>What is seen of the page, where it is narrow, touched or long.</summary>
public sealed class LayoutTests(Chromium chromium)
{
    private const string LongName = "Maximiliane von Hohenstein";

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Time_of_a_message_that_continues_is_seen_whole_by_who_points_at_it(int width)
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada", options: Narrow(width, touch: false));
        await SayTwiceAsync(ada);
        var body = ada.Messages.Last.Locator(".message-body");
        var time = ada.Messages.Last.Locator("time");

        await body.HoverAsync();

        await Assertions.Expect(time).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[0-9:]+\\s[AP]M$"));
        var (outer, inner) = ((await body.BoundingBoxAsync())!, (await time.BoundingBoxAsync())!);
        Assert.True(inner.Width > 30, $"{inner.Width}");
        Assert.InRange(inner.X, outer.X, outer.X + outer.Width - inner.Width);
        Assert.True(await time.EvaluateAsync<bool>("time => time.scrollWidth <= time.clientWidth"));
    }

    [Fact]
    public async Task Time_of_a_message_that_continues_does_not_come_by_a_touch()
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada", options: Narrow(390, touch: true));
        await SayTwiceAsync(ada);

        await ada.Messages.Last.Locator(".message-body").TapAsync();

        Assert.Equal(1, (await ada.Messages.Last.Locator("time").BoundingBoxAsync())!.Width);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Own_name_is_not_cut_beside_sign_out(int width)
    {
        await using var site = await Site.StartAsync();
        await using var ada = await ChatPage.JoinAsync(chromium, site, LongName, options: Narrow(width, touch: false));
        var name = ada.Page.GetByTestId("me");

        Assert.True(await name.EvaluateAsync<bool>("name => name.scrollWidth <= name.clientWidth && name.scrollHeight <= name.clientHeight + 1"));
    }

    [Theory]
    [InlineData(true, "A chat to show SseGateway: 2 people here on 1 upstream stream, which the gateway shares.")]
    [InlineData(false, "A chat to show SseGateway: 2 people here on 2 upstream streams.")]
    public async Task A_line_says_what_this_is_and_how_many_streams_carry_how_many_people(bool shared, string text)
    {
        await using var site = await Site.StartAsync(shared ? Site.SharedRooms : []);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await using var bob = await ChatPage.JoinAsync(chromium, site, "Bob");

        await Assertions.Expect(ada.About).ToHaveTextAsync(text);
        await Assertions.Expect(bob.About).ToHaveTextAsync(text);
    }

    private static BrowserNewContextOptions Narrow(int width, bool touch) =>
        new() { ViewportSize = new() { Width = width, Height = 800 }, HasTouch = touch, IsMobile = touch, Locale = "en-US" };

    private static async Task SayTwiceAsync(ChatPage page)
    {
        await page.SayAsync("one");
        await page.SayAsync("two");
        await page.ShowsAsync("one", "two");
    }
}
