using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>A credential that ends while its stream lives: catalogue 9.3.1 and 9.3.2.</summary>
[Trait("Case", "9.3.1")]
public sealed partial class ExpiryTests
{
    // The tokens of the tests are issued by the machine's clock.
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Client_is_told_ahead_and_its_stream_ends_cleanly_with_the_token()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        await exchange.SendAsync("data: 1\n\n");
        await response.ExpectAsync("data: 1\n\n");

        _time.Advance(TimeSpan.FromSeconds(30));
        await response.ExpectAsync("event: gateway.expiring\ndata: ");
        var notice = JsonDocument.Parse(await response.ReadLineAsync()).RootElement;
        Assert.Equal(Start + TimeSpan.FromSeconds(60), notice.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.InRange(notice.GetProperty("inMs").GetInt64(), 29_000, 30_000);
        await response.ExpectAsync("\n");
        await exchange.SendAsync("data: 2\n\n");
        await response.ExpectAsync("data: 2\n\n");

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Matches(Retry(), await response.ReadTextAsync());
        await exchange.WaitForPeerCloseAsync();

        // At once, though the clock skew of 5 s lets it pass for other requests.
        using var again = await gateway.OpenAsync("/events", Token);
        Assert.Equal(401, again.Status);
        response.Dispose();
    }

    [Fact]
    public async Task Frame_under_way_is_waited_for()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Timeouts:ExpiryNotice=0");
        var (exchange, response) = await OpenAsync(gateway, upstream);
        await exchange.SendAsync("data: ha");
        await response.ExpectAsync("data: ha");
        _time.Advance(TimeSpan.FromSeconds(60));
        await exchange.SendAsync("lf\n\ndata: not any more\n\n");
        await response.ExpectAsync("lf\n\nretry: ");
        response.Dispose();
    }

    [Theory]
    [InlineData("SseGateway:Notices=false")]
    [InlineData("SseGateway:Timeouts:ExpiryNotice=0")]
    public async Task Notice_can_be_switched_off(string setting)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, setting);
        var (_, response) = await OpenAsync(gateway, upstream);
        _time.Advance(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Matches(Retry(), await response.ReadTextAsync());
        response.Dispose();
    }

    [Fact]
    public async Task Stream_that_cannot_be_asked_for_again_is_cut_and_not_passed_off_as_whole()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/answers", ["Accept: text/event-stream", Token], "?");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await OpenedAsync(gateway);
        _time.Advance(TimeSpan.FromSeconds(60));
        await response.ExpectAbortAsync("");
        await exchange.WaitForPeerCloseAsync();
    }

    private static string Token
    {
        get
        {
            var claims = Tokens.Claims();
            claims["iat"] = Start.ToUnixTimeSeconds();
            claims["exp"] = Start.ToUnixTimeSeconds() + 60;
            return $"Authorization: Bearer {Tokens.Hs256(claims)}";
        }
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, params string[] settings)
    {
        return GatewayUnderTest.StartAsync(upstream, _time, [.. Tokens.RequireHs256(settings), "SseGateway:Heartbeat=0"]);
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var opened = await gateway.OpenEventSourceAsync(upstream, "/events", Token);
        await OpenedAsync(gateway);
        return opened;
    }

    // The client has the head a moment before the gateway knows; a clock that jumps in between makes that a client that takes no head.
    private static Task OpenedAsync(GatewayUnderTest gateway) =>
        Deadline.UntilAsync(() => gateway.Streams.Streams.All(stream => stream.State == StreamState.Open));

    [GeneratedRegex("^retry: [0-9]+\n\n$")]
    private static partial Regex Retry();
}
