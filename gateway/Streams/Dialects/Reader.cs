using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;

namespace SseGateway.Streams.Dialects;

/// <summary>Who reads a stream, as far as it can be told from the heads of the request and of its answer.</summary>
/// <param name="Dialect">What it speaks.</param>
/// <param name="AsksForNotices">True when it has asked for the gateway's notices.</param>
/// <param name="HasParser">True when it has named <c>text/event-stream</c> in Accept, and so reads streams line by line.</param>
/// <param name="CanComeBack">True when it can ask again for the same and get what follows; a POST would do the work once more.</param>
/// <param name="IsSaid">True when the route's settings have said what it speaks.</param>
internal readonly record struct Reader(Dialect Dialect, bool AsksForNotices, bool HasParser, bool CanComeBack, bool IsSaid = false)
{
    /// <summary>Whoever has sent this request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="said">What its route's settings say that it speaks.</param>
    public static Reader Of(HttpRequest request, Dialect said = Dialect.Auto) => new(
        DialectSigns.Of(request, said), DialectSigns.AsksForNotices(request), EventStreamRequest.Accepts(request), HttpMethods.IsGet(request.Method),
        IsSaid: said != Dialect.Auto);

    /// <summary>The same, now that the head of its answer is here.</summary>
    public Reader With(IHeaderDictionary answer) => IsSaid ? this : this with { Dialect = DialectSigns.Of(this, answer) };

    /// <summary>The same, once its stream has shown ids: a call of the Model Context Protocol (2025-11-25, "Resumability and Redelivery") comes back for the
    /// rest with a GET then.</summary>
    public Reader Resuming() => Dialect == Dialect.Mcp ? this with { CanComeBack = true } : this;
}
