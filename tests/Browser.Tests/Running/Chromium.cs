using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Browser.Tests.Running.Chromium))]

namespace Browser.Tests.Running;

/// <summary>The machine's own Chromium, driven by Playwright; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const float PatienceMilliseconds = 30_000;

    // The first is the same engine without a browser around it: a fifth of the processor time of these tests (243 s with, 197 s without).
    private static readonly string[] Paths =
        ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>
    /// Each window would have a process or two for its address bar and menus, and one in reserve, none of which is ever seen: a third of the processor time of
    /// these tests (ReconnectTests: 100 s with, 65 s without). Chromium heeds the last list alone: what Playwright leaves out for a page or the network
    /// follows.
    /// </summary>
    private static readonly string[] LeftOut =
    [
        "PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup", "WebUIReloadButton", "WebUIToolbar", "InitialWebUI",
        "SpareRendererForSitePerProcess",
        "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter", "NetworkTimeServiceQuerying",
        "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning", "Translate",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A window of its own: no cookies, no storage. Skips the test when there is no Chromium, or fails it where CI is set.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            var reason = $"No Chromium: neither at CHROMIUM_PATH nor at {string.Join(", ", Paths)}.";
            Assert.SkipUnless(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), reason);
            Assert.Fail(reason);
        }

        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(PatienceMilliseconds);
        return context;
    }

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
            return;
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--disable-features={string.Join(',', LeftOut)}",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>One that was chosen and is not there is not replaced by another.</summary>
    private static string? Find() => Array.Find(
        Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } chosen ? [chosen] : Paths, File.Exists);
}
