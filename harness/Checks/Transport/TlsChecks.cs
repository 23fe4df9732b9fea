using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Checks.Disconnect;
using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Transport;

/// <summary>12.1 <c>transport</c>: the same over TLS.</summary>
internal static class TlsChecks
{
    [Case("12.1.5", Serial = true, Expected = "[\"a\"], then UNCLEAN")]
    public static async Task<Outcome> NoCloseNotifyAsync(CheckContext check)
    {
        if (check.Profile.TlsUpstream is not { } declared)
        {
            return Outcome.Skipped("not declared in the profile: tlsUpstream, a URL with an upstream over TLS of the case's own");
        }

        await using var upstream = TlsUpstream.Start(declared.Origin);
        var part = await check.AtAsync(declared.Url);
        var connection = await part.RequestAsync("GET", "/stream");
        await upstream.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: a\n\n", check.Cancellation);
        var response = await connection.ReadResponseOrWaitAsync(TargetAnswer.Soon);
        await response.HasEventsSoonAsync(1);
        upstream.CutWithoutCloseNotify();
        var ending = await response.ReadToEndAsync();
        var right = ending is Ending.Unclean or Ending.Reset;
        var text = $"{response.Events.Count} event, {ending}";
        if (ending == Ending.Timeout && check.Profile.Has("shares"))
        {
            return Outcome.Ok("1 event; the target hides that its upstream went") with { Ending = Ending.Open, EndingRight = true };
        }

        var outcome = right
            ? Outcome.Ok(text)
            : Outcome.Failed(ending == Ending.Clean ? $"{text}: whoever cuts a TLS connection can end a stream" : text);
        return outcome with { Ending = ending, EndingRight = right };
    }

    [Case("12.1.6", Seconds = 40, Direct = true,
        Expected = "2.1.1, 2.2.1, 4.2.3, 4.2.4, 7.2.1 and 7.2.2 as there, over TLS with HTTP/1.1 and with HTTP/2")]
    public static async Task<Outcome> CoreOverTlsAsync(CheckContext check)
    {
        Uri?[] known = [check.Target.Url, check.Profile.Http2];
        var tls = known.FirstOrDefault(url => url?.Scheme == Uri.UriSchemeHttps);
        if (tls is null)
        {
            return Outcome.Skipped("not declared in the profile: http2 with an https URL");
        }

        if (check.IsDirect)
        {
            return await ServerOverTlsAsync(check, tls);
        }

        var http1 = new ProtocolPair("HTTP/1.1 over TLS", tls, ClientIsHttp2: false, OriginIsHttp2: false);
        var http2 = new ProtocolPair("HTTP/2", check.Profile.Http2, ClientIsHttp2: true, OriginIsHttp2: false);
        var outcomes = new List<(string, Outcome)>();
        foreach (var pair in (ProtocolPair[])[http1, http2])
        {
            if (pair.Url is not null)
            {
                outcomes.Add(await Part.RunAsync($"{pair.Name}, R1 (2.1.1)", () => ReferenceAsync(check, pair)));
                outcomes.Add(await Part.RunAsync($"{pair.Name}, lockstep (2.2.1, 7.2.1, 7.2.2)", () => LockstepAsync(check, pair)));
                outcomes.Add(await Part.RunAsync($"{pair.Name}, reset (4.2.3)", () =>
                    BrokenStream.JudgeAsync(check, ["data: a\n\n"], 1, exchange => exchange.Reset(), pair: pair)));
                outcomes.Add(await Part.RunAsync($"{pair.Name}, reset inside an event (4.2.4)", () =>
                    BrokenStream.JudgeAsync(check, ["data: a\n\n", "data: b"], 1, exchange => exchange.Reset(), pair: pair)));
            }
        }

        var outcome = Outcome.Worst(outcomes);
        return http2.Url is null ? outcome with { Actual = $"{outcome.Actual} (not declared: http2)" } : outcome;
    }

    // A server's own stream: open at once, of the type, and without an end, over what it speaks of both.
    private static async Task<Outcome> ServerOverTlsAsync(CheckContext check, Uri tls)
    {
        var http2 = check.Profile.Http2 ?? await check.ChosenHttp2Async();
        ProtocolPair[] pairs =
        [
            new("HTTP/1.1 over TLS", tls, ClientIsHttp2: false, OriginIsHttp2: false),
            .. http2 is null ? Array.Empty<ProtocolPair>() : [new("HTTP/2", http2, ClientIsHttp2: true, OriginIsHttp2: false)],
        ];
        var outcome = Outcome.Worst(await Task.WhenAll(pairs.Select(pair => Part.RunAsync(pair.Name, async () =>
        {
            var answer = await await check.RequestAsync(pair, "GET", "");
            return !answer.IsEventStream
                ? Outcome.Failed($"answered {answer.Status} {answer.Head.Combined("Content-Type")}")
                : await answer.ReadToEndAsync(TimeSpan.FromMilliseconds(200)) is not Ending.Timeout and var ending
                ? Outcome.Failed($"ended {ending}")
                : Outcome.Ok("open");
        }))));
        return http2 is null ? outcome with { Actual = $"{outcome.Actual} (the server does not take HTTP/2)" } : outcome;
    }

    private static async Task<Outcome> ReferenceAsync(CheckContext check, ProtocolPair pair)
    {
        var (_, answer) = await check.OpenAsync(
            pair,
            async exchange =>
            {
                await exchange.StartStreamAsync(check.Cancellation);
                await exchange.SendAsync(ReferenceBody.R1, check.Cancellation);
                await exchange.EndAsync(check.Cancellation);
            });
        return await BodyJudge.JudgeToEndAsync(check, ReferenceBody.R1, answer);
    }

    private static async Task<Outcome> LockstepAsync(CheckContext check, ProtocolPair pair)
    {
        if (pair.Url != check.Target.Url && !await Lockstep.IsPossibleAsync(check))
        {
            return Outcome.Ok("not asked: the target holds events back without TLS too (7.2.2)");
        }

        var (exchange, answer) = await check.OpenAsync(pair);
        await exchange.SendAsync("data: a\r\n\r\n", check.Cancellation);
        await answer.WaitForEventsAsync(1, "the event with CRLF while the origin was silent");
        var worst = await Lockstep.EventsAsync(check, exchange, answer, 100);
        return Outcome.Ok($"100 events, the worst after {worst:0} ms");
    }
}
