using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;

namespace SseGateway.Streams.Limits;

/// <summary>
/// Who takes a place, before the service is asked. A stream that is refused only when its answer is there has cost the service that answer,
/// and SDKs ask for it three to five times again; but most of them do not say that they want a stream, but in the body, which is not read.
/// </summary>
/// <remarks>
/// When a place is given back: with an answer that is no stream, at the head (Relay/RelayTransform); when the client leaves; and in any case
/// when the request is over (Edge/AdmissionMiddleware) or, without its request, the stream.
/// </remarks>
internal sealed class PlaceRules(LastAnswers lastAnswers)
{
    /// <summary>The first rule that holds decides.</summary>
    public Place Of(HttpContext context, string routeId, StreamExpectation expectation)
    {
        var request = context.Request;
        return !HasAnswerBody(request) ? Place.None
            : StreamSigns.IsCall(request) ? Place.Call
            : EventStreamRequest.Announces(request) ? Place.Stream
            : expectation == StreamExpectation.Always ? Place.Stream
            : expectation == StreamExpectation.Announced ? Place.None
            : StreamSigns.MayStream(request) ? Place.Stream
            : !AsksForPage(request) && lastAnswers.WasStream(context, routeId) ? Place.Stream
            : Place.None;
    }

    private static bool HasAnswerBody(HttpRequest request) => !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    // A window that is opened at a path whose scripts get streams from it.
    private static bool AsksForPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
