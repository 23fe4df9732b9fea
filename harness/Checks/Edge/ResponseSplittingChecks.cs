using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>11.2.1 and 11.1.7: what a client sends never becomes a line of its own.</summary>
internal static class ResponseSplittingChecks
{
    private const string Evil = "X-Evil";
    private const string Encoded = "%0d%0aX-Evil:%201";

    [Case("11.2.1", Direct = true)]
    public static async Task<Outcome> IntoResponseHeadersAsync(CheckContext check)
    {
        var origin = check.Profile.Cors?.Origins[0] ?? "https://app.example";
        var parts = new List<(string, Outcome)>();
        var places = new List<Uri?> { null };
        foreach (var place in (Uri?[])[
            check.Profile.Cors?.Url, check.Profile.Replay?.Url, check.Profile.Auth?.Url, .. check.Profile.Errors.Where(
            error => error.Method == "GET" && error.Status != 504).Select(error => error.Url)])
        {
            if (place is not null && !places.Contains(place))
            {
                places.Add(place);
            }
        }

        foreach (var place in places)
        {
            var edge = await check.AtAsync(place);
            foreach (var (name, path, fields) in (IReadOnlyList<(string, string, string[])>)
                [
                    ("path", "/" + Encoded, []), ("query", "?a=" + Encoded, []), ("query with a cursor", "?lastEventId=" + Encoded, []),
                    ("Origin", "", [$"Origin: {origin}{Encoded}"]), ("Last-Event-ID", "", [$"Last-Event-ID: 1{Encoded}"]),
                    ("path twice encoded", "/%250d%250aX-Evil:%201", []), ("path UTF-8", "/%E5%98%8D%E5%98%8AX-Evil:%201", []),
                ])
            {
                var run = edge.StreamingRun();
                var connection = await edge.RequestAsync("GET", run.Path + path, fields);
                using var response = await connection.TryReadResponseAsync();
                parts.Add(($"{name}{(place is null ? "" : $" at {place.AbsolutePath}")}", Judge(response, run)));
            }
        }

        return Outcome.Worst(parts);
    }

    [Case("11.1.7", Direct = true, Seconds = 20)]
    public static async Task<Outcome> LastEventIdEchoedAsync(CheckContext check)
    {
        var edge = await check.AtAsync(check.Profile.Replay?.Url);
        var parts = new List<(string, Outcome)>();
        foreach (var (name, value) in (IReadOnlyList<(string, string)>)
            [
                ("encoded line end", "x%0Adata: evil"), ("encoded CR", "x%0D%0Adata: evil%0D%0A%0D%0A"), ("backslash n", "x\\ndata: evil"),
                ("UTF-8", Bytes.Text(Bytes.Utf8("\u2026\u2028\U0001F600"))), ("bytes that are no UTF-8", "\u00FF\u00FE\u0080"),
                ("8 KB", new string('x', 8 * 1024)),
                ("markup", "<script>alert(1)</script>"), ("quotes", "\"},{\"x\":\""),
            ])
        {
            var run = edge.StreamingRun();
            var connection = await edge.RequestAsync("GET", run.Path, [$"Last-Event-ID: {value}"]);
            using var response = await connection.TryReadResponseAsync();
            if (response is null || response.Status is 400 or 431)
            {
                parts.Add((name, Outcome.Ok()));
                continue;
            }

            if (!await response.IsTheStreamAsync())
            {
                parts.Add((name, Outcome.Failed($"{response.Status} instead of the stream")));
                continue;
            }

            if (edge.IsDirect)
            {
                parts.Add((name, NothingOf(response, value)));
                continue;
            }

            await run.Exchanges[^1].SendAsync("data: end\n\n", edge.Cancellation);
            await response.ReadUntilAsync(() => response.Events.Any(e => e.Data == "end"), "the next event");
            parts.Add((name, Unbroken(response, value)));
        }

        return Outcome.Worst(parts);
    }

    private static Outcome Judge(ClientResponse? response, Origin.OriginRun run)
    {
        if (response is not null && response.Head.Fields.Any(field => field.Key.Contains(Evil, StringComparison.OrdinalIgnoreCase)))
        {
            return Outcome.Failed($"{response.Status} with a field {Evil}");
        }

        if (response is not null && response.Head.Fields.FirstOrDefault(field => field.Value.Contains('\r', StringComparison.Ordinal)
            || field.Value.Contains('\n', StringComparison.Ordinal)) is { Key: { } name })
        {
            return Outcome.Failed($"{response.Status} with a bare line end in {name}");
        }

        return run.Exchanges.Any(exchange => exchange.Request.Has(Evil)) ? Outcome.Failed($"the upstream got a field {Evil}") : Outcome.Ok();
    }

    // Events of the target's own (about a gap, for instance) are neither the origin's nor "evil".
    private static Outcome Unbroken(ClientResponse response, string value)
    {
        var messages = response.Events.Where(e => e.Type == "message").Select(e => e.Data).ToArray();
        if (!messages.SequenceEqual(["a", "end"]))
        {
            return Outcome.Failed($"got the events {string.Join(", ", messages)} instead of a and end");
        }

        return NothingOf(response, value);
    }

    private static Outcome NothingOf(ClientResponse response, string value)
    {
        if (response.Events.Any(e => e.Data == "evil" || e.Data.StartsWith("evil\n", StringComparison.Ordinal)))
        {
            return Outcome.Failed("an event made of the id");
        }

        return value.StartsWith('<') && Bytes.Text(response.Body).Contains(value, StringComparison.Ordinal)
            ? Outcome.Failed("markup comes back as it is") : Outcome.Ok();
    }
}
