using System.Globalization;
using System.Text.RegularExpressions;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;

namespace Gateway.Tests.Sharing.Log;

/// <summary>
/// What a log has to answer, from a plain list of all frames there ever were. Only how many of them the bound in bytes has left it does not know:
/// that is looked up in the log (<see cref="Saw"/>), which may have forgotten too many only in so far as the test can tell.
/// </summary>
internal sealed partial class LogModel(SharingSettings settings, string? epoch)
{
    private readonly List<ModelFrame> _frames = [];

    /// <summary>The number of the oldest frame that can be replayed.</summary>
    public int First { get; private set; }

    public int Next => _frames.Count;

    public ModelFrame this[int number] => _frames[number];

    public void Add(ModelFrame frame) => _frames.Add(frame);

    /// <summary>The oldest frame that neither the count nor the age forbids.</summary>
    public int FirstAllowed(DateTimeOffset now)
    {
        var first = Math.Max(First, Next - settings.LogCount);
        while (first < Next && settings.LogAge > TimeSpan.Zero && now - _frames[first].At > settings.LogAge)
        {
            first++;
        }

        return first;
    }

    /// <summary>The log has so many frames that can be replayed.</summary>
    public void Saw(int retained) => First = Next - retained;

    /// <summary>Bytes of the frames from one on.</summary>
    public long BytesFrom(int number) => _frames.Skip(number).Sum(frame => (long)frame.Bytes.Length);

    /// <summary>What a client is told, and the number of the frame that it gets first.</summary>
    public (ResumeKind Kind, GapReason Gap, string? ResumedAt, int Start) Resume(string cursor, JoinPoint join, GapAction onGap)
    {
        if (cursor.Length == 0)
        {
            // All there is is not all there has been.
            return join == JoinPoint.All && First > 0
                ? (ResumeKind.Gap, GapReason.Expired, IdFrom(First), First)
                : (ResumeKind.Live, default, null, StartOf(join));
        }

        var found = epoch is null ? Earliest(cursor) : Own(cursor);
        if (found >= 0)
        {
            return (ResumeKind.Exact, default, null, found + 1);
        }

        var start = onGap == GapAction.Oldest ? First : Next;
        return (ResumeKind.Gap, epoch is null ? WhyMissing(cursor) : WhyNotOwn(cursor), IdFrom(start), start);
    }

    /// <summary>The first id from a frame on.</summary>
    public string? IdFrom(int number) => _frames.Skip(number).FirstOrDefault(frame => frame.Id.Length > 0)?.Id;

    /// <summary>Whether a retained frame has the upstream's id, and whether one has the content as well.</summary>
    public (bool Known, bool SameContent) Contains(string upstreamId, ulong content)
    {
        var same = _frames.Skip(First).Where(frame => frame.UpstreamId.Length > 0 && frame.UpstreamId == upstreamId).ToArray();
        return (same.Length > 0, same.Any(frame => frame.Content == content));
    }

    private int StartOf(JoinPoint join)
    {
        if (join == JoinPoint.All)
        {
            return First;
        }

        var events = Enumerable.Range(First, Next - First).Where(number => _frames[number].IsEvent).TakeLast(join.Events).ToArray();
        return join.Events == 0 ? Next : events.Length < join.Events ? First : events[0];
    }

    private int Earliest(string cursor) =>
        Enumerable.Range(First, Next - First).FirstOrDefault(number => _frames[number].Id == cursor, -1);

    private int Own(string cursor) =>
        OwnId().Match(cursor) is { Success: true } match && match.Groups[1].Value == epoch && Number(match.Groups[2].Value) is { } number
        && number >= First - 1 && number < Next
            ? (int)number
            : -1;

    private GapReason WhyMissing(string cursor) =>
        First > 0 && Number(cursor) is { } number && IdFrom(First) is { } first && Number(first) is { } oldest && number < oldest
            ? GapReason.Expired
            : GapReason.Unknown;

    private GapReason WhyNotOwn(string cursor) =>
        OwnId().Match(cursor) is not { Success: true } match || Number(match.Groups[2].Value) is not { } number ? GapReason.Unknown
        : match.Groups[1].Value == epoch && number < First ? GapReason.Expired
        : GapReason.Epoch;

    private static long? Number(string text) =>
        Plain().IsMatch(text) ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\A(.+)-([^-]*)\z", RegexOptions.Singleline)]
    private static partial Regex OwnId();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,17})\z")]
    private static partial Regex Plain();
}
