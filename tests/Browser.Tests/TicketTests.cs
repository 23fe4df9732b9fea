using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>What a page does with tickets: catalogue 9.2, and the credential's renewal.</summary>
public sealed class TicketTests(Chromium chromium)
{
    /// <summary>What a page needs, and no more: get a ticket, open the stream, and renew both when the gateway says that they end.</summary>
    private const string Script =
        """
        ({ address, token }) => {
          window.texts = [];
          window.opened = 0;
          window.token = token;
          const listen = async () => {
            const response = await fetch(`${address}/_gateway/tickets`, { method: 'POST', headers: { Authorization: `Bearer ${window.token}` } });
            const { ticket, parameter } = await response.json();
            const query = new URLSearchParams({ [parameter]: ticket });
            if (window.cursor) query.set('lastEventId', window.cursor);
            const source = window.source = new EventSource(`${address}/events?${query}`);
            source.onopen = () => { window.opened++; };
            source.onmessage = (event) => { window.texts.push(event.data); window.cursor = event.lastEventId; };
            source.addEventListener('gateway.expiring', () => {
              window.expiring = true;
              if (!window.next) return;
              window.token = window.next;
              window.next = null;
              source.close();
              listen();
            });
          };
          return listen();
        }
        """;

    [Fact]
    public async Task Browsers_own_retry_repeats_the_ticket_and_goes_on_behind_the_last_message()
    {
        await using var site = await EventSite.StartAsync();
        var page = await site.OpenPageAsync(chromium);
        await page.EvaluateAsync(Script, new { address = site.Address, token = site.Token("ada", minutes: 10) });
        await page.WaitForFunctionAsync("() => window.opened === 1");
        site.Upstream.Say("one", "two");
        await ShowsAsync(page, "one", "two");
        await page.EvaluateAsync("() => { window.first = window.source; }");

        site.Upstream.Cut();
        site.Upstream.Say("three");
        await ShowsAsync(page, "one", "two", "three");
        site.Upstream.Cut();
        site.Upstream.Say("four");

        await ShowsAsync(page, "one", "two", "three", "four");
        Assert.Equal(["", "2", "3"], site.Upstream.Cursors);
        Assert.True(await page.EvaluateAsync<bool>("() => window.first === window.source && window.opened === 3"));
    }

    [Fact]
    public async Task Newest_event_source_with_the_url_has_the_stream_and_the_one_before_waits()
    {
        await using var site = await EventSite.StartAsync();
        var page = await site.OpenPageAsync(chromium);
        await page.EvaluateAsync(Script, new { address = site.Address, token = site.Token("ada", minutes: 10) });
        await page.WaitForFunctionAsync("() => window.opened === 1");

        await page.EvaluateAsync(
            """
            () => {
              const second = new EventSource(window.source.url);
              second.onmessage = event => { window.second = event.data; };
            }
            """);
        await page.WaitForFunctionAsync("() => window.source.readyState === EventSource.CONNECTING");
        site.Upstream.Say("for the newest");

        await page.WaitForFunctionAsync("() => window.second === 'for the newest'");
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.source.readyState"));
    }

    [Fact]
    public async Task Page_that_is_told_of_the_end_brings_a_new_token_and_misses_nothing()
    {
        await using var site = await EventSite.StartAsync("Timeouts:ExpiryNotice=30m");
        var page = await site.OpenPageAsync(chromium);
        var next = site.Token("ada", minutes: 60);
        site.Upstream.Say("one", "two");
        await page.EvaluateAsync("next => { window.next = next; }", next);

        // The notice is due at once for the first token, and not for the second.
        await page.EvaluateAsync(Script, new { address = site.Address, token = site.Token("ada", minutes: 10) });
        await page.WaitForFunctionAsync("() => window.expiring");
        site.Upstream.Say("three");
        await page.WaitForFunctionAsync("() => window.opened === 2");
        site.Upstream.Say("four");
        await ShowsAsync(page, "one", "two", "three", "four");

        // The browser repeats the URL with the old cursor in it, and a header with the new one.
        site.Upstream.Cut();
        site.Upstream.Say("five");
        await ShowsAsync(page, "one", "two", "three", "four", "five");
        Assert.Equal(
            ["", await page.EvaluateAsync<string>("() => new URL(window.source.url).searchParams.get('lastEventId') ?? ''"), "4"], site.Upstream.Cursors);
        Assert.True(await page.EvaluateAsync<bool>("next => window.token === next && window.source.readyState === EventSource.OPEN", next));
    }

    private static async Task ShowsAsync(IPage page, params string[] texts)
    {
        await page.WaitForFunctionAsync("count => window.texts.length >= count", texts.Length);
        Assert.Equal(texts, await page.EvaluateAsync<string[]>("() => window.texts"));
    }
}
