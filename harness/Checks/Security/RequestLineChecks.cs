using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: lines of a request's head that two readers read differently.</summary>
internal static class RequestLineChecks
{
    private const string Other = "other.example";

    [Case("11.2.4", Direct = true, Expected = "400; a folded line or a bare CR may be replaced by a space; of two hosts the URL's")]
    public static async Task<Outcome> LineTricksAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var host = $"Host: {check.Target.Authority}\r\n";
        return Outcome.Worst(
        [
            await Part.RunAsync("space before the colon", () => PlayAsync(check, path => $"GET {path} HTTP/1.1\r\n{host}X-Trick : a\r\n")),
            await Part.RunAsync("folded line", () => PlayAsync(check, path => $"GET {path} HTTP/1.1\r\n{host}X-Trick: a\r\n b\r\n", Unfolded)),
            await Part.RunAsync("bare CR", () => PlayAsync(check, path => $"GET {path} HTTP/1.1\r\n{host}X-Trick: a\rX-More: b\r\n", WithoutCr)),
            await Part.RunAsync("no Host", () => PlayAsync(check, path => $"GET {path} HTTP/1.1\r\n")),
            await Part.RunAsync("two Hosts", () => PlayAsync(check, path => $"GET {path} HTTP/1.1\r\n{host}Host: {Other}\r\n")),
            await Part.RunAsync("URL with another Host", () =>
                PlayAsync(check, path => $"GET {check.Target.Url.Scheme}://{check.Target.Authority}{path} HTTP/1.1\r\nHost: {Other}\r\n", HostOfTheUrl)),
        ]);
    }

    private static Outcome? Unfolded(MessageHead head) =>
        head.Fields.Any(field => field.Key.StartsWith(' ') || field.Key.StartsWith('\t'))
            ? Outcome.Failed("passed on folded")
            : Outcome.Ok($"passed on as X-Trick: {head.Combined("X-Trick")}");

    private static Outcome? WithoutCr(MessageHead head) =>
        head.Fields.Any(field => field.Key.Contains('\r', StringComparison.Ordinal) || field.Value.Contains('\r', StringComparison.Ordinal))
            ? Outcome.Failed("passed on with its CR")
            : head.Has("X-More") ? Outcome.Failed("a line was made of it") : Outcome.Ok($"passed on as X-Trick: {head.Combined("X-Trick")}");

    private static Outcome? HostOfTheUrl(MessageHead head) =>
        head.Values("Host") is [var got] && !got.Contains(Other, StringComparison.OrdinalIgnoreCase)
            ? Outcome.Ok($"passed on with Host: {got}")
            : Outcome.Failed($"passed on with Host: {string.Join(" and ", head.Values("Host"))}");

    private static async Task<Outcome> PlayAsync(CheckContext check, Func<string, string> write, Func<MessageHead, Outcome?>? whenPassedOn = null)
    {
        var mustRefuse = whenPassedOn is null;
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Of("ok"), check.Cancellation);
        var connection = await check.ConnectAsync();
        await connection.SendAsync(write(check.Target.RequestTarget(run.Path)) + string.Concat(check.Profile.Fields.Select(field => field + "\r\n")) + "\r\n");
        var response = await connection.TryReadResponseAsync();
        if (run.Exchanges is [var exchange, ..])
        {
            return whenPassedOn?.Invoke(exchange.Request) ?? Outcome.Failed($"passed on, answered {response?.Status}");
        }

        return response switch
        {
            null => Outcome.NonStrict("closed without an answer"),
            { Status: >= 400 and < 500 } => Outcome.Ok($"{response.Status}"),

            // What a server makes of a line that may be mended is not to be seen; what no reading allows is (RFC 9112, 3.2 and 5.1).
            _ when check.IsDirect => mustRefuse ? Outcome.Failed($"answered {response.Status}") : Outcome.Ok($"answered {response.Status}"),
            _ => Outcome.NonStrict($"answered {response.Status} by the target itself"),
        };
    }
}
