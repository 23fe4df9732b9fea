using System.Globalization;
using System.Text.RegularExpressions;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>11.3.4 and 11.3.5: what the public address must not tell.</summary>
internal static partial class ExposureChecks
{
    private const string Script = "<script>alert(1)</script>";

    private static readonly string[] ControlPaths =
    [
        "/metrics", "/stats", "/status", "/server-status", "/nginx_status", "/stub_status", "/haproxy?stats", "/haproxy_stats", "/admin", "/admin/", "/config",
        "/config/",
        "/health", "/healthz", "/healthz/live", "/healthz/ready", "/streams", "/clients", "/debug/pprof/", "/debug/vars", "/actuator", "/actuator/env",
        "/actuator/heapdump",
        "/drain", "/revoke", "/reload", "/api/tokens", "/v1/config", "/_admin", "/_gateway", "/_gateway/metrics", "/_gateway/streams",
        "/.well-known/mercure/subscriptions",
    ];

    [Case("11.3.4", Seconds = 30, Direct = true)]
    public static async Task<Outcome> ControlEndpointsAsync(CheckContext check)
    {
        var open = new List<string>();

        // The whole public address, also where the target of the other cases is a path on it.
        var edge = await check.AtAsync(new Uri(check.Target.Url.GetLeftPart(UriPartial.Authority)), bare: true);
        foreach (var path in ControlPaths.Concat(check.Profile.Admin?.Paths ?? []))
        {
            foreach (var method in (string[])["GET", "POST"])
            {
                var connection = await edge.RequestAsync(method, path, ["Accept: */*"], method == "POST" ? Bytes.Of("{}") : null);
                using var response = await connection.TryReadResponseAsync();

                // What the target passes on, the origin answers with 404.
                if (response is { Status: >= 200 and < 400 })
                {
                    open.Add($"{method} {path}: {response.Status}");
                }
            }
        }

        // Anybody may ask for health; it tells and changes nothing.
        var serious = open.Where(found => !found.Contains("/health", StringComparison.Ordinal)).ToArray();
        return serious.Length > 0
            ? Outcome.Failed(string.Join("; ", serious)) : open.Count > 0 ? Outcome.NonStrict(string.Join("; ", open)) : Outcome.Ok("none of them");
    }

    [Case("11.3.5", Direct = true, Seconds = 30)]
    public static async Task<Outcome> ErrorPagesAsync(CheckContext check)
    {
        var parts = new List<(string, Outcome)>();
        async Task AskAsync(string name, Uri? url, string method, Func<Origin.OriginExchange, Task>? respond, string path, int bodyBytes = 0)
        {
            var edge = await check.AtAsync(url);
            var run = edge.NewRun();
            run.Respond = respond;
            var connection = await edge.RequestAsync(method, run.Path + path, ["Accept: text/html"], bodyBytes > 0 ? new byte[bodyBytes] : null);
            using var response = await connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(8));
            parts.Add((name, await JudgeAsync(check, response)));
        }

        async Task OfTheUpstreamAsync()
        {
            static Task Reset(Origin.OriginExchange exchange)
            {
                exchange.Reset();
                return Task.CompletedTask;
            }

            Task Nonsense(Origin.OriginExchange exchange) => SendAndCutAsync(exchange, "NONSENSE\r\n\r\n", check.Cancellation);
            await AskAsync("script in the path, upstream cut", null, "GET", Reset, $"/{Script}");
            await AskAsync("encoded script in the path, upstream cut", null, "GET", Reset, $"/{Uri.EscapeDataString(Script)}");
            await AskAsync("script in the query, upstream cut", null, "GET", Reset, $"?q={Script}");
            await AskAsync("encoded script in the query, upstream cut", null, "GET", Reset, $"?q={Uri.EscapeDataString(Script)}");
            await AskAsync("upstream's answer is nonsense", null, "GET", Nonsense, "");
        }

        if (check.IsDirect)
        {
            await AskAsync("script in the path", null, "GET", null, $"/{Script}");
            await AskAsync("encoded script in the path", null, "GET", null, $"/{Uri.EscapeDataString(Script)}");
        }
        else
        {
            await OfTheUpstreamAsync();
        }

        foreach (var error in check.Profile.Errors)
        {
            await AskAsync(
                $"{error.Status}", error.Url, error.Method, null, $"/{Uri.EscapeDataString(Script)}?q={Uri.EscapeDataString(Script)}", error.BodyBytes);
        }

        return Outcome.Worst(parts);
    }

    private static async Task SendAndCutAsync(Origin.OriginExchange exchange, string bytes, CancellationToken cancellation)
    {
        await exchange.SendRawAsync(Bytes.Of(bytes), cancellation);
        exchange.Cut();
    }

    private static async Task<Outcome> JudgeAsync(CheckContext check, ClientResponse? response)
    {
        // Closed, or the upstream's bytes passed on without a look at them: no page of the target's.
        if (response is null or { Status: 0 })
        {
            return Outcome.Ok();
        }

        if (response.Status < 400)
        {
            // A server may take any path for its own.
            return check.IsDirect ? Outcome.Ok($"{response.Status}, no error") : Outcome.Failed($"{response.Status} instead of an error");
        }

        await response.ReadToEndAsync(TimeSpan.FromSeconds(2));
        var text = Bytes.Text(response.Body) + string.Concat(response.Head.Fields.Select(field => $"\n{field.Key}: {field.Value}"));
        var port = check.Origin.Address.Port.ToString(CultureInfo.InvariantCulture);
        return text.Contains("<script", StringComparison.OrdinalIgnoreCase) ? Outcome.Failed($"{response.Status} with the request's markup in it")
            : Trace().Match(text) is { Success: true } trace ? Outcome.Failed($"{response.Status} with a stack trace: {trace.Value.Trim()}")
            : text.Contains(check.Origin.Address.ToString(), StringComparison.Ordinal) || Regex.IsMatch(text, $@"\b{port}\b")
                ? Outcome.Failed($"{response.Status} with the upstream's address")
            : Outcome.Ok();
    }

    // .NET, Java, Python, Go, Node.
    [GeneratedRegex(
        @"\n\s+at [\w.<>$]+\(|Traceback \(most recent|goroutine \d+ \[|[A-Z]\w+Exception: |\.cs:line \d+|\n\s+at .*\.js:\d+", RegexOptions.None, 1000)]
    private static partial Regex Trace();
}
