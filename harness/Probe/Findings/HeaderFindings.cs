using System.Net.Http.Headers;
using SseGateway.Harness.Probe.Visits;
using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>What the answer's head says: type, caching, buffering, protocol.</summary>
internal static class HeaderFindings
{
    private const string Caching = "caching";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        var visit = result.Main;
        if (visit.Status != 200)
        {
            yield break;
        }

        yield return ContentType(visit);
        yield return CacheControl(visit.Headers!.CacheControl);
        if (visit.Headers.Age is { } age)
        {
            yield return Finding.Fail(
                Caching,
                $"Age: {age.TotalSeconds:0}: this stream comes out of a cache, others' events with it",
                "Cache-Control: no-store, and no caching of this path on the way",
                "RFC 9111 5.2.2");
        }

        if (visit.Header("Content-Length") is { } length)
        {
            yield return Finding.Warn(
                "length",
                $"Content-Length: {length}: a file with an end, or a proxy has collected the whole stream first",
                "a live stream has no length: chunked on HTTP/1.1",
                "RFC 9112 6.3");
        }

        yield return visit.Header("X-Accel-Buffering")?.Trim().Equals("no", StringComparison.OrdinalIgnoreCase) == true
            ? Finding.Ok("buffering", "X-Accel-Buffering: no")
            : Finding.Info(
                "buffering",
                $"X-Accel-Buffering: {visit.Header("X-Accel-Buffering") ?? "missing"}: an nginx in front of this would buffer unless set not to",
                "X-Accel-Buffering: no");
        if (visit.ContentHeaders!.ContentEncoding.Count > 0)
        {
            yield return Finding.Warn(
                "compression",
                $"Content-Encoding: {string.Join(", ", visit.ContentHeaders.ContentEncoding)} although nothing was asked for",
                "compress only for those who send Accept-Encoding",
                "RFC 9110 8.4");
        }

        yield return Protocol(visit, result.Options.Url.Scheme == Uri.UriSchemeHttps);
        if (visit.Header("Via") is { } via)
        {
            yield return Finding.Info("path", $"Via: {OneLine(via)}: a proxy is on the way, so what is seen is its doing as well");
        }
    }

    private static Finding ContentType(Visit visit)
    {
        const string topic = "type";
        var raw = visit.Header("Content-Type");
        if (!visit.IsEventStream)
        {
            var start = visit.BodyStart is { Length: > 0 } body ? $"; the body starts `{OneLine(body)}`" : "";
            return Finding.Fail(
                topic, $"Content-Type is {(raw is null ? "missing" : OneLine(raw))}: EventSource fails for good{start}",
                "Content-Type: text/event-stream", "§9.2.2");
        }

        return visit.ContentHeaders!.ContentType!.CharSet?.Trim('"') is { } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? Finding.Warn(
                topic,
                $"charset={OneLine(charset)}: an event stream is UTF-8 whatever this says, some clients refuse it",
                "leave charset out, or say utf-8",
                "§9.2.6")
            : Finding.Ok(topic, OneLine(raw!));
    }

    private static Finding CacheControl(CacheControlHeaderValue? cache)
    {
        const string fix = "Cache-Control: no-store, no-transform";
        if (cache is null || cache.ToString().Length == 0)
        {
            return Finding.Warn(
                Caching,
                "Cache-Control is missing: caches on the way may keep the stream, or wait for its end",
                fix,
                "RFC 9111 5.2.2");
        }

        if (cache.NoStore || cache.NoCache)
        {
            return cache.NoTransform
                ? Finding.Ok(Caching, $"Cache-Control: {cache}")
                : Finding.Info(
                    Caching,
                    $"Cache-Control: {cache}; without no-transform a proxy on the way may compress, and hold events while it does",
                    fix,
                    "RFC 9110 7.7");
        }

        return cache.Public || cache.MaxAge > TimeSpan.Zero || cache.SharedMaxAge > TimeSpan.Zero
            ? Finding.Fail(Caching, $"Cache-Control: {cache}: caches may give one client's stream to others", fix, "RFC 9111 5.2.2")
            : Finding.Warn(Caching, $"Cache-Control: {cache}: has neither no-store nor no-cache", fix, "RFC 9111 5.2.2");
    }

    private static Finding Protocol(Visit visit, bool secure)
    {
        var version = visit.HttpVersion!.Major >= 2 ? $"HTTP/{visit.HttpVersion.Major}" : $"HTTP/{visit.HttpVersion}";
        return visit.HttpVersion switch
        {
            { Major: >= 2 } => Finding.Ok("protocol", $"{version}: streams of one page share a connection"),
            { Minor: 0 } => Finding.Warn(
                "protocol",
                $"{version}: no chunks, so a cut stream looks like a finished one",
                "HTTP/1.1 at least: for nginx, proxy_http_version 1.1",
                "RFC 9112 8"),
            _ when secure => Finding.Warn(
                "protocol",
                $"{version} over TLS: a browser has six connections to a host, and each tab's stream takes one",
                "offer HTTP/2",
                "§9.2.7"),
            _ => Finding.Info(
                "protocol",
                $"{version} in the clear: a browser has six connections to a host, and each tab's stream takes one",
                "TLS with HTTP/2 where browsers come in",
                "§9.2.7"),
        };
    }
}
