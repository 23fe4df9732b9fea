using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Telemetry;

/// <summary>
/// Labels the duration of a request with its status's class (RFC 9110 section 15). The status itself may be chosen by whoever asks, where the service lets
/// them, and each would be a series of its own, for as long as the process lives.
/// </summary>
internal static class StatusClass
{
    public const string Label = "http.response.status_class";

    /// <summary>When all steps of the request's way are over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="threw">True when one of them threw.</param>
    public static void Note(HttpContext context, bool threw)
    {
        // The server makes 500 of what has no head yet.
        var status = threw && !context.Response.HasStarted ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(Label, Of(status)));
    }

    private static string Of(int status) => (status / 100) switch
    {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => "other",
    };
}
