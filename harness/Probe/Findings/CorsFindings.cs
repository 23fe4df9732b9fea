using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>Whether a page of another origin may read the stream.</summary>
internal static class CorsFindings
{
    private const string Topic = "CORS";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        if (result.Options.Origin is not { } origin)
        {
            return result.Main.HasHead
                ? [Finding.Info(Topic, "not looked at", "--origin https://app.example, if pages of another origin read this stream")] : [];
        }

        return result.Main.HasHead ? [.. Stream(result.Main, origin), .. Preflight(result.Preflight!, origin)] : [];
    }

    private static IEnumerable<Finding> Stream(Visit visit, string origin)
    {
        var allowed = visit.Header("Access-Control-Allow-Origin");
        var credentials = visit.Header("Access-Control-Allow-Credentials") == "true";
        if (visit.HeaderCount("Access-Control-Allow-Origin") > 1)
        {
            yield return Finding.Fail(
                Topic,
                $"Access-Control-Allow-Origin is there more than once ({OneLine(allowed!)}): browsers refuse that",
                "let one place set it: the application or the proxy",
                "Fetch");
        }
        else if (allowed != origin && allowed != "*")
        {
            yield return Finding.Fail(
                Topic,
                $"Access-Control-Allow-Origin is {(allowed is null ? "missing" : OneLine(allowed))}: pages of {OneLine(origin)} cannot read this",
                $"Access-Control-Allow-Origin: {origin}",
                "Fetch");
        }
        else if (allowed == "*")
        {
            yield return credentials
                ? Finding.Fail(
                    Topic,
                    "Access-Control-Allow-Origin: * together with Access-Control-Allow-Credentials: browsers refuse it for `withCredentials`",
                    $"name the origin: Access-Control-Allow-Origin: {origin}",
                    "Fetch")
                : Finding.Ok(Topic, "any origin, without credentials");
        }
        else
        {
            yield return Finding.Ok(Topic, $"{origin}{(credentials ? ", with credentials" : ", without credentials")}");
            if (visit.Header("Vary")?.Contains("Origin", StringComparison.OrdinalIgnoreCase) != true)
            {
                yield return Finding.Warn(
                    Topic,
                    "the answer depends on Origin but does not say so: a shared cache may give it to another origin",
                    "Vary: Origin",
                    "Fetch");
            }
        }
    }

    private static IEnumerable<Finding> Preflight(Answer answer, string origin)
    {
        const string topic = Topic + " preflight";
        var fix = $"answer OPTIONS with 204, Access-Control-Allow-Origin: {origin}, Access-Control-Allow-Headers: last-event-id";
        if (answer.Status is not (>= 200 and < 300))
        {
            yield return Finding.Warn(
                topic,
                $"OPTIONS gives {answer.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? answer.Problem}: "
                    + "reconnects of browsers that ask first for Last-Event-ID fail",
                fix,
                "Fetch");
            yield break;
        }

        var headers = answer.Header("Access-Control-Allow-Headers")?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (answer.Header("Access-Control-Allow-Origin") is var allowed && allowed != origin && allowed != "*")
        {
            yield return Finding.Warn(
                topic,
                $"OPTIONS is answered, but Access-Control-Allow-Origin is {(allowed is null ? "missing" : OneLine(allowed))}",
                fix,
                "Fetch");
        }
        else if (!headers.Contains("last-event-id", StringComparer.OrdinalIgnoreCase) && !headers.Contains("*"))
        {
            yield return Finding.Warn(
                topic,
                $"Access-Control-Allow-Headers is {OneLine(answer.Header("Access-Control-Allow-Headers") ?? "missing")}: "
                    + "reconnects of browsers that ask first for Last-Event-ID fail",
                fix,
                "Fetch");
        }
        else
        {
            yield return Finding.Ok(topic, $"{answer.Status}, last-event-id allowed");
        }
    }
}
