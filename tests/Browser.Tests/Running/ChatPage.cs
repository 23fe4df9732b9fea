using System.Threading.Channels;
using Microsoft.Playwright;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>The page in a window of its own, as one person uses it.</summary>
internal sealed class ChatPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    /// <summary>In each page before its own scripts: counts its streams and what their onerror would hear of.</summary>
    private const string WatchStreams =
        """
        window.streams = { opened: 0, errors: 0, beats: 0 };
        window.EventSource = class extends EventSource {
          constructor(...parameters) {
            super(...parameters);
            window.streams.opened++;
            this.addEventListener('error', () => { window.streams.errors++; });
            this.addEventListener('beat', () => { window.streams.beats++; });
          }
        };
        """;

    private const string SetVisibility =
        """
        (state) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
          Object.defineProperty(document, 'hidden', { configurable: true, value: state === 'hidden' });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """;

    private readonly List<string> _errors = [];

    private ChatPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>The line that says what the page is for.</summary>
    public ILocator About => Page.GetByTestId("about");

    public ILocator Name => Page.GetByTestId("name-input");

    public ILocator Room => Page.GetByTestId("room-input");

    public ILocator Input => Page.GetByTestId("message-input");

    public ILocator State => Page.GetByTestId("connection-state");

    public ILocator Messages => Page.GetByTestId("message");

    public ILocator Texts => Page.GetByTestId("message-text");

    public ILocator People => Page.GetByTestId("people").Locator("li");

    public static Task<ChatPage> OpenAsync(Chromium chromium, Site site, BrowserNewContextOptions? options = null) =>
        OpenAsync(chromium, site.Address, options);

    /// <summary>As above, at an address that leads to the site.</summary>
    public static async Task<ChatPage> OpenAsync(Chromium chromium, Uri address, BrowserNewContextOptions? options = null)
    {
        var context = await chromium.NewContextAsync(options);
        await context.AddInitScriptAsync(WatchStreams);
        var page = new ChatPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<ChatPage> OpenTabAsync(Site site)
    {
        var page = new ChatPage(_context, await _context.NewPageAsync());
        await page.Page.GotoAsync(site.Address.AbsoluteUri);
        return page;
    }

    /// <summary>Opens the page and joins, up to the open stream.</summary>
    public static async Task<ChatPage> JoinAsync(Chromium chromium, Site site, string name, string room = "lobby", BrowserNewContextOptions? options = null)
    {
        var page = await OpenAsync(chromium, site, options);
        await page.JoinAsync(name, room);
        await page.IsAsync("open");
        return page;
    }

    public async Task JoinAsync(string name, string room = "lobby")
    {
        await Name.FillAsync(name);
        await Room.FillAsync(room);
        await Page.GetByTestId("join-button").ClickAsync();
    }

    public async Task SayAsync(string text)
    {
        await Input.FillAsync(text);
        await Page.GetByTestId("send-button").ClickAsync();
    }

    /// <summary>Another tab is in front of it. Without a screen every tab is in sight for Chromium.</summary>
    public Task LookAwayAsync() => Page.EvaluateAsync(SetVisibility, "hidden");

    public Task LookAtAsync() => Page.EvaluateAsync(SetVisibility, "visible");

    /// <summary>How many streams the page has opened, and how many errors they have had.</summary>
    public async Task<(int Opened, int Errors)> StreamsAsync() =>
        (await Page.EvaluateAsync<int>("() => window.streams.opened"), await Page.EvaluateAsync<int>("() => window.streams.errors"));

    /// <summary>Joins as Ada, and has Bob say something each time this page has opened a stream: its first one, and those that take its place.</summary>
    /// <returns>What he said.</returns>
    public async Task<List<string>> JoinAndHearOnEachStreamAsync(Site site, int streams)
    {
        var requests = Channel.CreateUnbounded<string>();
        Page.Request += (_, request) => requests.Writer.TryWrite(request.Url);
        await JoinAsync("Ada");
        await IsAsync("open");
        var said = new List<string>();
        while (said.Count < streams)
        {
            var url = await requests.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (url.Contains("/rooms/lobby/events", StringComparison.Ordinal))
            {
                said.Add($"stream {said.Count + 1}");
                await site.PostAsync("Bob", "lobby", said[^1]);
            }
        }

        return said;
    }

    public Task IsAsync(string state) => Assertions.Expect(State).ToHaveAttributeAsync("data-state", state);

    /// <summary>Waits for exactly these texts in this order, and checks that no id is shown twice.</summary>
    public async Task ShowsAsync(params string[] texts)
    {
        await Assertions.Expect(Texts).ToHaveTextAsync(texts);
        await Assertions.Expect(Page.Locator("[data-testid=message]:not([data-id])")).ToHaveCountAsync(0);
        var ids = await Messages.EvaluateAllAsync<string[]>("messages => messages.map(message => message.dataset.id)");
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }
}
