using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects;

namespace SseGateway.Streams.Admission;

/// <summary>Whose stream may be begun before the service has answered: whoever cannot take the answer for anything else.</summary>
internal static class EarlyOpening
{
    /// <summary>True when the body of a request says whether a stream is wanted.</summary>
    public static bool IsSaidInBody(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && DialectSigns.Of(context) is Dialect.OpenAI or Dialect.OpenAIResponses or Dialect.Anthropic;

    /// <summary>True when the client of a request that has been sent waits for a stream.</summary>
    public static bool IsMeantFor(HttpContext context)
    {
        var request = context.Request;
        return !HttpMethods.IsHead(request.Method)
            && (EventStreamRequest.Announces(request) ? !EventStreamRequest.AcceptsJsonToo(request) || DialectSigns.Of(context) == Dialect.Mcp
                : IsSaidInBody(context) ? context.Features.Get<RequestPeek>()?.Value is { } value && value.Span.SequenceEqual("true"u8)
                : context.Features.Get<StreamAdmission>() is { Stream: not null });
    }
}
