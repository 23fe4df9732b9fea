using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>A POST is never sent twice, whatever its upstream does (RFC 9110 9.2.2): case 6.1.9.</summary>
public sealed class NoRepeatTests
{
    public enum Failure
    {
        FinBeforeTheHead,
        ResetBeforeTheHead,
        FinInsideTheHead,
        FinAfterTheHead,
        FinAfterOneEvent,
        ResetAfterOneEvent,
    }

    public static TheoryData<Failure, bool> Failures => [.. Enum.GetValues<Failure>().SelectMany(f => new[] { (f, false), (f, true) })];

    [Theory]
    [Trait("Case", "6.1.9")]
    [MemberData(nameof(Failures))]
    public async Task Failed_post_reached_the_upstream_exactly_once(Failure failure, bool withBody)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat", ["Content-Type: application/json"], withBody ? "{}" : "");
        var exchange = await upstream.NextAsync();

        await ExpectFailureAsync(client, exchange, failure, withBody);

        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>
    /// On a connection that was used before, an HTTP client may take an early close for a keep-alive that ran out and send again; for a
    /// POST without a body nothing else stops it.
    /// </summary>
    [Theory]
    [Trait("Case", "6.1.9")]
    [MemberData(nameof(Failures))]
    public async Task Failed_post_on_a_reused_upstream_connection_reached_the_upstream_exactly_once(Failure failure, bool withBody)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var warming = await gateway.BeginAsync("GET", "/warm");
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "warm");
        Assert.Equal("warm", await (await warming.ReadResponseAsync()).ReadTextAsync());

        using var client = await gateway.BeginAsync("POST", "/v1/chat", ["Content-Type: application/json"], withBody ? "{}" : "");
        var exchange = await upstream.NextAsync();
        Assert.Equal(1, exchange.Connection);

        await ExpectFailureAsync(client, exchange, failure, withBody);

        Assert.Equal(2, upstream.RequestCount);
    }

    private static async Task ExpectFailureAsync(RawClient client, UpstreamExchange exchange, Failure failure, bool withBody)
    {
        if (withBody) await exchange.ExpectBodyAsync("{}");
        switch (failure)
        {
            case Failure.FinBeforeTheHead:
                exchange.Cut();
                break;
            case Failure.ResetBeforeTheHead:
                exchange.Reset();
                break;
            case Failure.FinInsideTheHead:
                await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Ty");
                exchange.Cut();
                break;
            default:
                await exchange.StartStreamAsync();
                var response = await client.ReadResponseAsync();
                if (failure != Failure.FinAfterTheHead)
                {
                    await exchange.SendAsync("data: a\n\n");
                    await response.ExpectAsync("data: a\n\n");
                }
                if (failure == Failure.ResetAfterOneEvent) exchange.Reset();
                else exchange.Cut();
                await response.ExpectAbortAsync("");
                return;
        }
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
    }
}
