using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SseGateway;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>A service of numbered events, the gateway in front of it, and an empty page of another origin that may use it.</summary>
internal sealed class EventSite : IAsyncDisposable
{
    private const string Issuer = "https://idp.example";
    private const string Audience = "events";

    private readonly ClosedPort _port;
    private readonly ForeignSite _foreign;
    private readonly WebApplication _gateway;
    private readonly DirectoryInfo _folder;
    private readonly byte[] _key;

    private EventSite(ClosedPort port, EventUpstream upstream, ForeignSite foreign, WebApplication gateway, DirectoryInfo folder, byte[] key)
    {
        (_port, Upstream, _foreign, _gateway, _folder, _key) = (port, upstream, foreign, gateway, folder, key);
        Address = gateway.Urls.First();
    }

    public EventUpstream Upstream { get; }

    /// <summary>Where the service is, and when it is not nobody else.</summary>
    public string UpstreamUrl => _port.Url;

    /// <summary>The gateway's.</summary>
    public string Address { get; }

    public static async Task<EventSite> StartAsync(params string[] settings)
    {
        var port = new ClosedPort();
        var upstream = await EventUpstream.StartAsync(port.Url);
        var foreign = await ForeignSite.StartAsync();
        var folder = Directory.CreateTempSubdirectory("browser-tests-");
        var key = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        var file = Path.Combine(folder.FullName, "signing.key");
        await File.WriteAllBytesAsync(file, key, TestContext.Current.CancellationToken);
        var gateway = GatewayApp.Build(
        [
            "--urls=http://127.0.0.1:0", "--drain-window=0", $"--upstream={port.Url}", $"--cors-origin={foreign.Origin}",
            .. settings.Contains(WithoutTokens) ? [] : new[] { $"--jwt-key-file={file}", $"--jwt-issuer={Issuer}", $"--jwt-audience={Audience}" },
            .. settings.Where(setting => setting != WithoutTokens).Select(setting => "--SseGateway:" + setting),
        ],
        builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        return new EventSite(port, upstream, foreign, gateway, folder, key);
    }

    /// <summary>In place of a setting: everybody may have the events.</summary>
    public const string WithoutTokens = "without tokens";

    /// <summary>A token that ends in so many minutes.</summary>
    public string Token(string subject, double minutes)
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(minutes).ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { iss = Issuer, aud = Audience, sub = subject, exp = end });
        var content = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(claims)}";
        return $"{content}.{Encode(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(content)))}";
    }

    /// <summary>The empty page, in a window of its own.</summary>
    public async Task<IPage> OpenPageAsync(Chromium chromium)
    {
        var page = await (await chromium.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(_foreign.Origin);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        _port.Dispose();
        await _foreign.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
