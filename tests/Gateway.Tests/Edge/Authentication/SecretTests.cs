using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Edge.Tickets;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>
/// A credential is in no log line of any category and level, in no trace, in no answer, whatever becomes of the request:
/// case 9.2.3.
/// </summary>
[Collection<Traced>]
public sealed class SecretTests
{
    /// <summary>An operator who turns everything up, also the categories that print whole URLs.</summary>
    private static readonly string[] Verbose =
    [
        "Logging:LogLevel:Default=Trace", "Logging:LogLevel:Microsoft=Trace", "Logging:LogLevel:Microsoft.AspNetCore=Trace",
        "Logging:LogLevel:Microsoft.AspNetCore.Hosting=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace",
        "Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests=Trace",
        "Logging:LogLevel:Yarp=Trace", "Logging:LogLevel:Yarp.ReverseProxy.Forwarder=Trace", "Logging:LogLevel:Yarp.ReverseProxy.Forwarder.HttpForwarder=Trace",
        "Logging:LogLevel:System.Net.Http=Trace", "Logging:LogLevel:SseGateway=Trace",
    ];

    private static readonly string[] Carriers = ["header", "cookie", "query", "key", "ticket"];

    public enum Fate
    {
        Streamed,
        Answered,
        UpstreamCut,
        UpstreamClosesBeforeTheHead,
        UpstreamDown,
        HeadTimeout,
        ClientLeaves,
        NoRoute,
        Refused,
        RefusedInBand,
        WrongToken,
        OtherOrigin,
        BadRequest,
        TooLong,
    }

    public static TheoryData<string, Fate> All
        => [.. Carriers.SelectMany(carrier => Enum.GetValues<Fate>().Select(fate => (carrier, fate)))];

    [Theory]
    [Trait("Case", "9.2.3")]
    [MemberData(nameof(All))]
    public async Task Secret_is_written_nowhere(string carrier, Fate fate)
    {
        using var traces = new CapturedTags();
        var key = $"key{Guid.NewGuid():N}";
        // The signature of a wrong token is somebody's secret too: often only its time is over or its audience another.
        var token = fate == Fate.WrongToken
            ? Tokens.Hs256(Tokens.Claims(), Encoding.ASCII.GetBytes("not the key that the gateway was told to trust")) : Tokens.For("ada");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("upstream", "/events/{**rest}", fate == Fate.UpstreamDown ? "http://127.0.0.1:1" : upstream.Url),
            [
                .. Verbose, .. Tokens.RequireHs256(
                    "SseGateway:Authentication:Carriers:Cookie=chat_token", "SseGateway:Authentication:Carriers:Query=access_token",
                    "SseGateway:Authentication:ApiKeys:Keys:0:Subject=bot",
                    $"SseGateway:Authentication:ApiKeys:Keys:0:Sha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}"),
                "SseGateway:Cors:Origins:0=https://app.example",
                .. fate is Fate.Refused or Fate.RefusedInBand
                    ? ["SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:ConnectBurst=1"] : Array.Empty<string>(),
                .. fate == Fate.HeadTimeout ? ["SseGateway:Timeouts:Head=00:00:00.1"] : Array.Empty<string>(),
            ]);
        if (fate is Fate.Refused or Fate.RefusedInBand)
        {
            using var first = await gateway.BeginAsync("GET", "/events/first", ["Accept: text/event-stream", $"Authorization: Bearer {Tokens.For("first")}"]);
            await upstream.NextAsync();
        }
        // A wrong ticket is one that was good until a moment ago, or is good for another stream.
        var ticket = carrier == "ticket" ? await gateway.TicketForAsync(Tokens.For("ada")) : "";
        if (carrier == "ticket" && fate == Fate.WrongToken) gateway.Services.GetRequiredService<TicketStore>().Revoke(_ => true);
        var sent = key + fate switch { Fate.WrongToken => "wrong", _ => "" };
        var path = fate == Fate.NoRoute ? "/nowhere" : "/events/x";
        var target = carrier switch
        {
            "query" => $"{path}?a=1&access_token={token}&x=1",
            "ticket" => $"{path}?a=1&ticket={ticket}&x=1",
            _ => $"{path}?x=1",
        };
        string[] credential = carrier switch
        {
            "header" => [$"Authorization: Bearer {token}"],
            "cookie" => [$"Cookie: chat_token={token}"],
            "key" => [$"X-Api-Key: {sent}"],
            _ => [],
        };
        string[] kind = fate switch
        {
            Fate.RefusedInBand => Browser.EventSourceFields,
            Fate.OtherOrigin => ["Accept: text/event-stream", "Origin: https://evil.example"],
            Fate.BadRequest => ["Accept: text/event-stream", "Content-Length: x"],
            Fate.TooLong => ["Accept: text/event-stream", $"X-Big: {new string('b', 40_000)}"],
            _ => ["Accept: text/event-stream"],
        };

        using var client = await gateway.ConnectAsync();
        await client.SendWhatIsTakenAsync(gateway.Head("GET", target, [.. credential, .. kind]));
        var answer = await FollowAsync(upstream, client, fate);

        await gateway.DisposeAsync();
        Assert.NotEmpty(gateway.Log.Lines);
        var secret = carrier switch { "key" => key, "ticket" => ticket, _ => token.Split('.')[2] };
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(traces.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, answer, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Case", "9.2.3")]
    [InlineData("header", true)]
    [InlineData("header", false)]
    [InlineData("cookie", true)]
    [InlineData("cookie", false)]
    [InlineData("query", true)]
    [InlineData("query", false)]
    [InlineData("key", true)]
    [InlineData("key", false)]
    public async Task Neither_the_ticket_nor_what_it_was_got_with_is_written_anywhere(string carrier, bool good)
    {
        using var traces = new CapturedTags();
        await using var upstream = ScriptedUpstream.Start();
        var key = $"key{Guid.NewGuid():N}";
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Verbose, .. TicketGateway.ApiKeySettings(key: key),
                .. Tokens.RequireHs256("SseGateway:Authentication:Carriers:Cookie=chat_token", "SseGateway:Authentication:Carriers:Query=access_token"),
            ]);
        var token = good ? Tokens.For("ada") : Tokens.Hs256(Tokens.Claims(), Encoding.ASCII.GetBytes("not the key that the gateway was told to trust"));
        string[] credential = carrier switch
        {
            "header" => [$"Authorization: Bearer {token}"],
            "cookie" => [$"Cookie: chat_token={token}"],
            "key" => [$"X-Api-Key: {key}{(good ? "" : "wrong")}"],
            _ => [],
        };

        using var answer = await gateway.SendAsync("POST", TicketGateway.Path + (carrier == "query" ? $"?access_token={token}" : ""), credential);
        var body = await answer.ReadTextAsync();

        Assert.Equal(good ? 201 : 401, answer.Status);
        await gateway.DisposeAsync();
        Assert.NotEmpty(gateway.Log.Lines);
        Assert.Equal(0, upstream.RequestCount);
        var secret = carrier == "key" ? key : token.Split('.')[2];
        Assert.DoesNotContain(secret, answer.Head.Raw + body, StringComparison.Ordinal);
        string[] secrets = good ? [secret, JsonDocument.Parse(body).RootElement.GetProperty("ticket").GetString()!] : [secret];
        Assert.DoesNotContain(gateway.Log.Lines, line => secrets.Any(line.Contains));
        Assert.DoesNotContain(traces.Lines, line => secrets.Any(line.Contains));
    }

    [Fact]
    [Trait("Case", "9.2.3")]
    public async Task Query_is_in_no_log_even_where_no_credential_is_known_to_be_in_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Verbose);
        var secret = Guid.NewGuid().ToString("N");

        using var response = await gateway.OpenAsync($"/events?apikey={secret}");

        Assert.Equal(200, response.Status);
        await gateway.DisposeAsync();
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>Plays the request to its end and gives everything the client received.</summary>
    private static async Task<string> FollowAsync(ScriptedUpstream upstream, RawClient client, Fate fate)
    {
        switch (fate)
        {
            case Fate.Streamed or Fate.UpstreamCut or Fate.ClientLeaves:
                var streaming = await upstream.NextAsync();
                await streaming.StartStreamAsync();
                var response = await client.ReadResponseAsync();
                await streaming.SendAsync("data: a\n\n");
                await response.ExpectAsync("data: a\n\n");
                if (fate == Fate.Streamed) await streaming.EndAsync();
                else if (fate == Fate.UpstreamCut) streaming.Cut();
                if (fate != Fate.ClientLeaves) return response.Head.Raw + Text(await response.ReadToEndAsync());
                client.Reset();
                await streaming.WaitForPeerCloseAsync();
                return response.Head.Raw;
            case Fate.Answered:
                await (await upstream.NextAsync()).AnswerAsync(307, "text/plain", "", "Location: /elsewhere");
                break;
            case Fate.OtherOrigin:
                upstream.Serve(exchange => exchange.AnswerAsync(200, "application/json", "{}"));
                break;
            case Fate.UpstreamClosesBeforeTheHead:
                upstream.Serve(exchange =>
                {
                    exchange.Cut();
                    return Task.CompletedTask;
                });
                break;
        }
        if (await client.TryReadResponseAsync() is not { } answer) return "";
        Assert.Equal(
            fate switch
            {
                Fate.Answered => 307,
                Fate.UpstreamDown or Fate.UpstreamClosesBeforeTheHead => 502,
                Fate.HeadTimeout => 504,
                Fate.NoRoute => 404,
                Fate.Refused => 429,
                Fate.RefusedInBand => 200,
                Fate.WrongToken => 401,
                Fate.BadRequest => 400,
                Fate.TooLong => 431,
                _ => answer.Status,
            },
            answer.Status);
        return answer.Head.Raw + Text(await answer.ReadToEndAsync());

        static string Text((byte[] Body, BodyEnding) end) => Encoding.UTF8.GetString(end.Body);
    }
}
