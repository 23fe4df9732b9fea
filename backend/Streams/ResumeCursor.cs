using System.Globalization;

namespace ChatBackend.Streams;

/// <summary>Where a client wants to go on.</summary>
internal readonly record struct ResumeCursor(ResumeKind Kind, long Id = 0)
{
    /// <summary>
    /// Reads <c>Last-Event-ID</c>, else the query's <c>lastEventId</c> or <c>last_event_id</c>: a new EventSource cannot set the header, and one that
    /// reconnects by itself repeats an outdated query, so the header wins.
    /// </summary>
    public static ResumeCursor From(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = request.Query["lastEventId"].ToString();
        if (text.Length == 0)
            text = request.Query["last_event_id"].ToString();
        if (text.Length == 0)
            return new ResumeCursor(ResumeKind.None);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new ResumeCursor(ResumeKind.Id, id)
            : new ResumeCursor(ResumeKind.Unknown);
    }
}
