using SseGateway.Harness.Probe.Visits;

namespace SseGateway.Harness.Probe;

/// <summary>Looks at a live event stream: one long visit, and beside it the other requests that browsers and tools send.</summary>
internal static class ProbeRun
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ResumeLength = TimeSpan.FromSeconds(3);

    /// <summary>Takes the window's time, and at most some seconds more for requests that began late in it.</summary>
    public static async Task<ProbeResult> RunAsync(ProbeOptions options, CancellationToken cancellation)
    {
        var (opened, ids) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new SeenIds());
        var main = WatchAsync(options, opened, ids, cancellation);
        await opened.Task;
        if (main.IsCompleted && !(await main).HasHead)
        {
            return new ProbeResult(options, await main);
        }

        var compressed = Task.FromResult<Visit?>(null);
        var head = Answer.GetAsync(options, HttpMethod.Head, [], AnswerLimit, cancellation);
        var preflight = options.Origin is null
            ? Task.FromResult<Answer?>(null)
            : PreflightAsync(options, cancellation);
        if (ids.MayBeStream)
        {
            compressed = CompressedAsync(options, cancellation);
        }

        await Task.WhenAny(main, ids.TwoSeen, Task.Delay(options.Window / 2, options.Time, cancellation));
        var (resumedFrom, nextId) = ids.Current;
        var (resumed, fresh) = resumedFrom is null ? (null, null) : await ReopenAsync(options, resumedFrom, cancellation);
        return new ProbeResult(options, await main)
        {
            Compressed = await compressed,
            Head = await head,
            Preflight = await preflight,
            Resumed = resumed,
            Fresh = fresh,
            ResumedFrom = resumedFrom,
            NextId = nextId,
        };
    }

    private static async Task<Visit> WatchAsync(ProbeOptions options, TaskCompletionSource opened, SeenIds ids, CancellationToken cancellation)
    {
        try
        {
            return await Visitor.VisitAsync(options, OriginHeader(options), options.Window, visit =>
            {
                ids.Take(visit);
                opened.TrySetResult();
                return false;
            }, cancellation);
        }
        finally
        {
            opened.TrySetResult();
        }
    }

    // As browsers ask. Left as soon as it is known whether what is sent comes through at once.
    private static async Task<Visit?> CompressedAsync(ProbeOptions options, CancellationToken cancellation) =>
        await Visitor.VisitAsync(options, [.. OriginHeader(options), new("Accept-Encoding", "gzip, br")], options.Window, visit =>
            visit.ContentHeaders!.ContentEncoding.Count == 0 || visit.Events.Count > 0 || visit.Reader.Notes.Comments > 0, cancellation);

    private static async Task<Answer?> PreflightAsync(ProbeOptions options, CancellationToken cancellation)
    {
        IEnumerable<string> names = ["last-event-id",
            .. options.Headers.Select(
            header => header.Key.ToLowerInvariant()).Where(name => name is "authorization" || name.StartsWith("x-", StringComparison.Ordinal))];
        return await Answer.GetAsync(
            options,
            HttpMethod.Options,
            [new("Origin", options.Origin!), new("Access-Control-Request-Method", "GET"), new(
                "Access-Control-Request-Headers", string.Join(',', names.Distinct().Order(StringComparer.Ordinal)))],
            AnswerLimit,
            cancellation);
    }

    private static async Task<(Visit Resumed, Visit Fresh)> ReopenAsync(ProbeOptions options, string id, CancellationToken cancellation)
    {
        static bool HasEvent(Visit visit) => visit.Events.Count > 0;
        var resumed = Visitor.VisitAsync(options, [.. OriginHeader(options), new("Last-Event-ID", id)], ResumeLength, HasEvent, cancellation);
        var fresh = Visitor.VisitAsync(options, OriginHeader(options), ResumeLength, HasEvent, cancellation);
        return (await resumed, await fresh);
    }

    private static KeyValuePair<string, string>[] OriginHeader(ProbeOptions options) => options.Origin is { } origin ? [new("Origin", origin)] : [];
}
