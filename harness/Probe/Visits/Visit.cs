using System.Net.Http.Headers;
using SseGateway.Harness.Reading;

namespace SseGateway.Harness.Probe.Visits;

/// <summary>What one GET of the stream has shown. Times are in milliseconds since the request began.</summary>
internal sealed class Visit
{
    /// <summary>Events that are kept; the notes count them all.</summary>
    public const int MostEvents = 1000;

    public double? ConnectingMs { get; set; }

    public double? ConnectedMs { get; set; }

    public double? SecuredMs { get; set; }

    public double? HeadMs { get; set; }

    public double? FirstByteMs { get; set; }

    public double EndMs { get; set; }

    public VisitEnd End { get; set; } = VisitEnd.NoHead;

    /// <summary>What went wrong, in the words of whoever noticed.</summary>
    public string? Problem { get; set; }

    public Version? HttpVersion { get; set; }

    public int? Status { get; set; }

    public HttpResponseHeaders? Headers { get; set; }

    public HttpContentHeaders? ContentHeaders { get; set; }

    /// <summary>The first bytes of a body that is no event stream, as text.</summary>
    public string? BodyStart { get; set; }

    /// <summary>Keeps a line and an event of 1 MiB each, whatever comes.</summary>
    public EventReader Reader { get; } = new(mostKept: 1 << 20);

    public List<SeenEvent> Events { get; } = [];

    /// <summary>When comments came; the first thousand.</summary>
    public List<double> CommentTimes { get; } = [];

    public long Bytes { get; set; }

    /// <summary>Reads that gave bytes.</summary>
    public int Writes { get; set; }

    /// <summary>Reads that ended inside a line or a block.</summary>
    public int WritesInsideBlock { get; set; }

    /// <summary>The longest time without a byte, the end of the visit included.</summary>
    public double LongestSilenceMs { get; set; }

    public bool HasHead => Headers is not null;

    public bool IsEventStream =>
        Status == 200 && ContentHeaders?.ContentType?.MediaType?.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>All values of a header of the answer, joined as RFC 9110, 5.3 allows; null when it is not there.</summary>
    public string? Header(string name) =>
        Headers?.TryGetValues(name, out var values) == true || ContentHeaders?.TryGetValues(name, out values) == true ? string.Join(", ", values!) : null;

    /// <summary>How many fields of that name the answer has.</summary>
    public int HeaderCount(string name) => Headers?.TryGetValues(name, out var values) == true ? values.Count() : 0;
}
