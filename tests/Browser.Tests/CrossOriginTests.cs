using Browser.Tests.Running;
using Xunit;

namespace Browser.Tests;

/// <summary>Pages of other origins that want the gateway's streams with the person's cookie.</summary>
public sealed class CrossOriginTests(Chromium chromium)
{
    /// <summary>Opens an EventSource and tells what comes first: a message's text, or the state after an error.</summary>
    private const string Listen =
        """
        url => new Promise(resolve => {
          const source = new EventSource(url, { withCredentials: true });
          source.addEventListener('welcome', () => { window.welcomed = true; });
          source.onmessage = event => { source.close(); resolve(JSON.parse(event.data).text); };
          source.onerror = () => resolve(`error in state ${source.readyState}`);
        })
        """;

    private const string Post =
        """
        async url => {
          try {
            const response = await fetch(url, {
              method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: '{"text":"from elsewhere"}'
            });
            return `status ${response.status}`;
          } catch (error) {
            return error.name;
          }
        }
        """;

    [Fact]
    public async Task Page_of_an_allowed_origin_gets_the_stream()
    {
        await using var friend = await ForeignSite.StartAsync();
        await using var site = await StartAsync(friend);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        var page = await ada.Context.NewPageAsync();
        await page.GotoAsync(friend.Origin);

        var listening = page.EvaluateAsync<string>(Listen, $"{site.Address}rooms/lobby/events");
        await page.WaitForFunctionAsync("() => window.welcomed");
        await ada.SayAsync("hello over there");

        Assert.Equal("hello over there", await listening);
    }

    [Fact]
    public async Task Page_of_another_origin_gets_neither_the_stream_nor_a_post()
    {
        await using var friend = await ForeignSite.StartAsync();
        await using var stranger = await ForeignSite.StartAsync();
        await using var site = await StartAsync(friend);
        await using var ada = await ChatPage.JoinAsync(chromium, site, "Ada");
        await ada.SayAsync("private");
        await ada.ShowsAsync("private");
        var page = await ada.Context.NewPageAsync();
        await page.GotoAsync(stranger.Origin);

        Assert.Equal("error in state 2", await page.EvaluateAsync<string>(Listen, $"{site.Address}rooms/lobby/events?lastEventId=0"));
        Assert.Equal("TypeError", await page.EvaluateAsync<string>(Post, $"{site.Address}rooms/lobby/messages"));
        await ada.ShowsAsync("private");
    }

    private static Task<Site> StartAsync(ForeignSite allowed) =>
        Site.StartAsync($"SseGateway:Cors:Origins:0={allowed.Origin}", "SseGateway:Cors:AllowCredentials=true");
}
