using SseGateway.Streams.Admission;

namespace SseGateway.Streams.Dialects;

/// <summary>Who reads a stream, as far as it can be told from the heads of the request and of its answer.</summary>
/// <param name="Dialect">What it speaks.</param>
/// <param name="AsksForNotices">True when it has asked for the gateway's notices.</param>
/// <param name="HasParser">True when it has named <c>text/event-stream</c> in Accept, and so reads streams line by line.</param>
/// <param name="CanComeBack">True when it can ask again for the same and get what follows; a POST would do the work once more.</param>
internal readonly record struct Reader(Dialect Dialect, bool AsksForNotices, bool HasParser, bool CanComeBack)
{
    /// <summary>Whoever has sent this request.</summary>
    public static Reader Of(HttpRequest request) => new(
        DialectSigns.Of(request), DialectSigns.AsksForNotices(request), EventStreamRequest.Accepts(request), HttpMethods.IsGet(request.Method));

    /// <summary>The same, now that the head of its answer is here.</summary>
    public Reader With(IHeaderDictionary answer) => this with { Dialect = DialectSigns.Of(this, answer) };
}
