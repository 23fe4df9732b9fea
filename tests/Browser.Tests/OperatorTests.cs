using Browser.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SseGateway;
using SseGateway.Admin;
using Xunit;

namespace Browser.Tests;

/// <summary>The operator's page in an incident: 500 streams, an upstream that goes, a drain.</summary>
public sealed class OperatorTests(Chromium chromium)
{
    private const int Streams = 500;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_shows_streams_a_lost_upstream_and_a_drain_as_they_come()
    {
        await using var upstream = await EventUpstream.StartAsync();
        await using var gateway = GatewayApp.Build(
            ["--urls=http://127.0.0.1:0", "--admin-url=http://127.0.0.1:0", "--drain-window=30s", $"--upstream={upstream.Url}"],
            builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(Test);
        var page = await (await chromium.NewContextAsync()).NewPageAsync();
        var failures = new List<string>();
        page.PageError += (_, error) => failures.Add(error);
        page.RequestFailed += (_, request) => failures.Add(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) failures.Add(message.Text);
        };
        await page.GotoAsync(gateway.Services.GetRequiredService<AdminServer>().Address!);
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === 'live'");

        upstream.Say("hello");
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Streams + 2 }) { BaseAddress = new Uri(gateway.Urls.First()) };
        var streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenAsync(http)));
        await ShowsAsync(page, "#routes", "500");
        await page.WaitForFunctionAsync("() => document.getElementById('total').textContent === '1 to 50 of 500'");
        await page.GetByLabel("Search").FillAsync("no such stream");
        await page.WaitForFunctionAsync("() => document.getElementById('total').textContent === 'No streams'");
        await page.GetByLabel("Search").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('total').textContent === '51 to 100 of 500'");

        await page.SetViewportSizeAsync(380, 800);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "the page is wider than a narrow window");

        upstream.Cut();
        await ShowsAsync(page, "#ends", "upstreamFailed");
        await page.WaitForFunctionAsync("() => document.getElementById('total').textContent === 'No streams'");
        var again = await OpenAsync(http);
        var row = page.Locator("#list tbody tr");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new("^Details of stream") }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('details-facts').textContent.includes('/events')");
        upstream.Say("seen");
        await Assertions.Expect(page.Locator("#writes tbody tr").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#writes")).Not.ToContainTextAsync("seen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new("^End stream") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await ShowsAsync(page, "#ends", "revoked");

        var last = await OpenAsync(http);
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "No" }).ClickAsync();
        Assert.False(await page.Locator("#drain").IsVisibleAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('drain').textContent.startsWith('draining: ')");

        Assert.Empty(failures);
        foreach (var stream in (IEnumerable<Stream>)[.. streams, again, last]) await stream.DisposeAsync();
    }

    [Fact]
    public async Task Page_that_is_left_open_asks_for_the_token_when_it_has_become_another()
    {
        await using var upstream = await EventUpstream.StartAsync();
        string address;
        IPage page;
        await using (var gateway = await StartAsync(upstream, "http://127.0.0.1:0", "the-token-of-yesterday"))
        {
            address = gateway.Services.GetRequiredService<AdminServer>().Address!;
            page = await (await chromium.NewContextAsync()).NewPageAsync();
            await page.GotoAsync(address);
            await page.GetByLabel("Token").FillAsync("the-token-of-yesterday");
            await page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
            await page.WaitForFunctionAsync("() => document.getElementById('state')?.textContent === 'live'");
            await gateway.StopAsync(Test);
        }

        await using var next = await StartAsync(upstream, address, "the-token-of-today");

        await page.WaitForURLAsync(address + "/login");
        await page.GetByLabel("Token").FillAsync("the-token-of-today");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('state')?.textContent === 'live'");
    }

    [Fact]
    public async Task Page_says_what_failed_and_asks_for_the_token_when_its_login_is_over()
    {
        await using var upstream = await EventUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "http://127.0.0.1:0", "the-token-of-today");
        var address = gateway.Services.GetRequiredService<AdminServer>().Address!;
        var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        await page.GetByLabel("Token").FillAsync("the-token-of-today");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('state')?.textContent === 'live'");

        await context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Drain: failed, no connection to the gateway");

        // The page's stream goes on as it has begun.
        await context.ClearCookiesAsync();
        await context.SetOfflineAsync(false);
        await page.WaitForURLAsync(address + "/login");
    }

    private static async Task<WebApplication> StartAsync(EventUpstream upstream, string admin, string token)
    {
        var gateway = GatewayApp.Build(
            ["--urls=http://127.0.0.1:0", "--admin-url=" + admin, "--SseGateway:Admin:Token=" + token, "--drain-window=0", "--upstream=" + upstream.Url],
            builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(Test);
        return gateway;
    }

    private static Task<IJSHandle> ShowsAsync(IPage page, string table, string cell) => page.WaitForFunctionAsync(
        "([table, cell]) => [...document.querySelectorAll(`${table} td`)].some(one => one.textContent === cell)", new[] { table, cell });

    private static async Task<Stream> OpenAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.Add("Accept", "text/event-stream");
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Test);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(Test);
    }
}
