using Browser.Tests.Running;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests;

/// <summary>Tabs that find the gateway full.</summary>
public sealed class RefusalTests(Chromium chromium)
{
    private const string Listen =
        """
        url => {
          window.refusals = [];
          window.states = [];
          const source = window.source = new EventSource(url);
          source.onmessage = (event) => { window.text = event.data; };
          source.onerror = () => { window.states.push(source.readyState); };
          source.addEventListener('gateway.refused', (event) => window.refusals.push(JSON.parse(event.data).reason));
        }
        """;

    [Fact]
    public async Task Tab_that_is_refused_in_band_comes_in_by_itself_when_the_place_is_free()
    {
        await using var site = await EventSite.StartAsync(EventSite.WithoutTokens, "Limits:Streams=1", "Limits:RetryAfter=100ms");
        site.Upstream.Say("hello");
        var first = await ListenAsync(site);
        await first.WaitForFunctionAsync("() => window.text === 'hello'");

        var second = await ListenAsync(site);
        await second.WaitForFunctionAsync("() => window.refusals.length >= 2");
        Assert.Equal(["limit"], (await second.EvaluateAsync<string[]>("() => window.refusals")).Distinct());
        await first.CloseAsync();

        await second.WaitForFunctionAsync("() => window.text === 'hello'");
        Assert.DoesNotContain(2, await second.EvaluateAsync<int[]>("() => window.states"));
    }

    [Fact]
    public async Task Status_would_have_ended_that_tab_for_good()
    {
        await using var site = await EventSite.StartAsync(EventSite.WithoutTokens, "Limits:Streams=1", "Limits:RetryAfter=100ms", "Refusal=Status");
        site.Upstream.Say("hello");
        var first = await ListenAsync(site);
        await first.WaitForFunctionAsync("() => window.text === 'hello'");

        var second = await site.OpenPageAsync(chromium);
        var answer = await second.RunAndWaitForResponseAsync(() => second.EvaluateAsync(Listen, $"{site.Address}/events"), "**/events");
        await second.WaitForFunctionAsync("() => window.source.readyState === EventSource.CLOSED");

        Assert.Equal(429, answer.Status);
        Assert.Equal(2, Assert.Single(await second.EvaluateAsync<int[]>("() => window.states")));
    }

    [Theory]
    [InlineData("Sharing:Enabled=false")]
    [InlineData("Sharing:Enabled=true", "Sharing:GiveUpAfter=200ms")]
    public async Task Tab_comes_back_by_itself_when_the_service_was_down_for_a_while(params string[] settings)
    {
        await using var site = await EventSite.StartAsync([EventSite.WithoutTokens, "Limits:RetryAfter=100ms", .. settings]);
        site.Upstream.Say("before");
        var page = await ListenAsync(site);
        await page.WaitForFunctionAsync("() => window.text === 'before'");

        await site.Upstream.DisposeAsync();
        await page.WaitForFunctionAsync("() => window.refusals.length >= 2");
        await using var again = await EventUpstream.StartAsync(site.UpstreamUrl);
        again.Say("before", "after");

        await page.WaitForFunctionAsync("() => window.text === 'after'");
        Assert.Equal(["upstream"], (await page.EvaluateAsync<string[]>("() => window.refusals")).Distinct());
        Assert.DoesNotContain(2, await page.EvaluateAsync<int[]>("() => window.states"));
    }

    private async Task<IPage> ListenAsync(EventSite site)
    {
        var page = await site.OpenPageAsync(chromium);
        await page.EvaluateAsync(Listen, $"{site.Address}/events");
        return page;
    }
}
