using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using SseGateway.Transport.Http;

namespace SseGateway.Keeping.Reading;

/// <summary>Where somebody who reads an answer again has been.</summary>
/// <remarks>
/// <para><c>Last-Event-ID</c> is the id that the upstream has given an event. Of an upstream without ids there is none to be told apart by, and it is a number
/// like that of <c>?after=N</c>: of the events the reader has had, counted from the first of the answer. Ids that an EventSource got from here say that
/// number.</para>
/// <para>The header comes first: it is newer than the URL that an EventSource was made with.</para>
/// </remarks>
internal static class AnswerPlace
{
    private const string After = "after";

    /// <summary>Finds the place in an answer's log.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="names">The query parameters that stand for the header.</param>
    /// <param name="place">The place.</param>
    /// <returns>False when what follows is not kept, or nobody can say what does.</returns>
    public static bool TryFind(HttpRequest request, KeptAnswer answer, QueryNames names, out LogPlace place) =>
        TryFindEvent(request, answer, names, out place)

        // Of the gateway that is gone the reader may have had some more, and is to know that nothing follows.
        || (answer is { IsLost: true, IsOver: true, Log.First: 0 } && TryAfter(answer, answer.Log.Next, out place));

    private static bool TryFindEvent(HttpRequest request, KeptAnswer answer, QueryNames names, out LogPlace place)
    {
        var id = ClientCursor.Of(request, names);
        if (id.Length == 0)
        {
            return TryAfter(answer, TryReadAfter(request, out var after) ? after : 0, out place);
        }

        if (answer.Feed.HasIds && answer.Log.Resume(id, JoinPoint.All, GapAction.Oldest) is { Kind: ResumeKind.Exact } resumption)
        {
            place = new LogPlace(resumption.From, resumption.Cursor);
            return true;
        }

        place = default;
        var isOwn = NumberedRecords.TryParse(id, out var digits);
        return (isOwn || !answer.Feed.HasIds) && EventNumber.TryParse(isOwn ? digits : id, out var number) && TryAfter(answer, number, out place);
    }

    private static bool TryAfter(KeptAnswer answer, long number, out LogPlace place)
    {
        var isHere = answer.Log.TryAfter(number, out var cursor);
        place = new LogPlace(number, cursor);
        return isHere;
    }

    /// <summary>True when the request's query says how many events the reader has had, or does not say that it says so.</summary>
    public static bool IsReadable(HttpRequest request) => !request.Query.ContainsKey(After) || TryReadAfter(request, out _);

    private static bool TryReadAfter(HttpRequest request, out long after)
    {
        after = 0;
        return request.Query[After] is [{ } text] && EventNumber.TryParse(Encoding.UTF8.GetBytes(text), out after);
    }
}
