using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.3 <c>proxy/headers</c>: fields that belong to one connection, or that each hop may add.</summary>
internal sealed class ConnectionHeaderChecks
{
    [Case("7.3.5")]
    public static async Task<Outcome> HopByHopRemovedAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var (_, response) = await HeaderChecks.OpenWithAsync(
            check, "Content-Type: text/event-stream", "Connection: x-hop", "X-Hop: 1", "Keep-Alive: timeout=5", "Proxy-Authenticate: Basic realm=\"x\"",
            "Upgrade: h2c");
        var head = response.Head;
        var passed = new List<string>();
        if (head.Has("X-Hop"))
        {
            passed.Add("X-Hop, which Connection names");
        }

        if (head.Members("Connection").Contains("x-hop", StringComparer.OrdinalIgnoreCase))
        {
            passed.Add("Connection: x-hop");
        }

        // One of the target's own is fine.
        if (head.Combined("Keep-Alive") == "timeout=5")
        {
            passed.Add("Keep-Alive");
        }

        if (head.Has("Upgrade"))
        {
            passed.Add("Upgrade");
        }

        if (passed.Count > 0)
        {
            return Outcome.Failed($"passed on: {string.Join(", ", passed)}");
        }

        // RFC 9110 has it in section 11.7.1, not among those of 7.6.1: whoever is no forward proxy may not know it.
        return head.Has("Proxy-Authenticate") ? Outcome.NonStrict("only Proxy-Authenticate passed on") : Outcome.Ok("none passed on");
    }

    [Case("7.3.6")]
    public static async Task<Outcome> CleanHttp2HeadAsync(CheckContext check)
    {
        var pair = check.Pairs.First(found => found is { ClientIsHttp2: true, OriginIsHttp2: false });
        if (pair.Url is null)
        {
            return Outcome.Skipped("the target has not declared http2");
        }

        var (_, answer) = await check.OpenAsync(
            pair,
            async exchange =>
            {
                await exchange.SendHeadAsync(200, [
                    "Content-Type: text/event-stream", "Connection: keep-alive", "Keep-Alive: timeout=5", "Transfer-Encoding: chunked"], check.Cancellation);
                await exchange.SendAsync("data: a\n\n", check.Cancellation);
            });
        await answer.WaitForEventsAsync(1, "the event while the origin was silent");
        var wrong = ((string[])["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection"]).Where(answer.Head.Has).ToArray();
        return wrong.Length == 0 ? Outcome.Ok("no field of a connection") : Outcome.Failed($"over HTTP/2: {string.Join(", ", wrong)}");
    }

    [Case("7.3.11")]
    public static async Task<Outcome> NoDoublesAsync(CheckContext check)
    {
        var (_, response) = await HeaderChecks.OpenWithAsync(
            check, "Content-Type: text/event-stream", $"Date: {DateTimeOffset.UtcNow:R}", "Server: origin", "Vary: X-One", "Via: 1.1 before");
        var head = response.Head;
        var told = $"Date x {head.Values("Date").Count}, Server: {head.Combined("Server") ?? "none"}, Vary: {head.Combined("Vary") ?? "none"}, "
            + $"Via: {head.Combined("Via") ?? "none"}";
        if (head.Values("Date").Count > 1 || !head.Members("Vary").Contains("X-One", StringComparer.OrdinalIgnoreCase))
        {
            return Outcome.Failed(told);
        }

        return head.Values("Date").Count == 1 && head.Values("Server").Count <= 1 ? Outcome.Ok(told) : Outcome.NonStrict(told);
    }
}
