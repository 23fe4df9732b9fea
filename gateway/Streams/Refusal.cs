using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SseGateway.Configuration;
using SseGateway.Protocol;

namespace SseGateway.Streams;

/// <summary>
/// Says no to a stream in a way the client survives (DESIGN section 8). Any status but 200 ends a browser's EventSource for good
/// (HTML Standard, 9.2.2), so it is refused in-band: a short event stream with a retry time. Everybody else gets a status.
/// </summary>
internal static class Refusal
{
    private static readonly TimeSpan DefaultWait = new LimitSettings().RetryAfter;

    /// <summary>Writes the whole answer. Whatever was set on the response before is dropped.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="InvalidOperationException">The response has started.</exception>
    public static Task WriteAsync(HttpContext context, RefusalReason reason)
    {
        ArgumentNullException.ThrowIfNull(context);
        var admission = context.Features.Get<StreamAdmission>();
        return WriteAsync(context, reason, admission?.Refusal ?? RefusalMode.Auto, admission?.RetryAfter ?? DefaultWait);
    }

    /// <summary>As the other, for requests that have not come to admission yet.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="reason">Why.</param>
    /// <param name="mode">How the route refuses.</param>
    /// <param name="retryAfter">The least wait the client is told; it is told up to twice as much.</param>
    /// <exception cref="InvalidOperationException">The response has started.</exception>
    public static Task WriteAsync(HttpContext context, RefusalReason reason, RefusalMode mode, TimeSpan retryAfter)
    {
        ArgumentNullException.ThrowIfNull(context);
        var wait = Jitter.Of(retryAfter);
        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-store";
        return InBand(context.Request, mode)
            ? WriteInBandAsync(context, reason, wait)
            : WriteStatusAsync(context, reason, wait);
    }

    /// <summary>Answers a stream whose credential was revoked while it was being opened: as if it had come later.</summary>
    public static Task WriteRevokedAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Results.Problem(title: "The credential is not valid", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    /// <summary>The word for a reason in notices and problem details.</summary>
    internal static string Word(RefusalReason reason) => reason switch
    {
        RefusalReason.Draining => "drained",
        RefusalReason.KeysUnavailable => "unavailable",
        RefusalReason.TicketInUse => "ticketInUse",
        RefusalReason.Memory => "memory",
        _ => "limit",
    };

    private static bool InBand(HttpRequest request, RefusalMode mode) => mode switch
    {
        RefusalMode.InBand => EventStreamRequest.Accepts(request),
        RefusalMode.Auto => EventStreamRequest.IsEventSource(request),
        _ => false,
    };

    private static async Task WriteInBandAsync(HttpContext context, RefusalReason reason, TimeSpan wait)
    {
        var milliseconds = (int)Math.Min(wait.TotalMilliseconds, int.MaxValue);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("reason", Word(reason));
            writer.WriteNumber("retryMs", milliseconds);
            writer.WriteEndObject();
        }

        var body = new ArrayBufferWriter<byte>();
        FrameWriter.WriteEvent(body, json.WrittenSpan, "gateway.refused"u8, default, milliseconds);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = EventStreamMediaType.Name;
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static Task WriteStatusAsync(HttpContext context, RefusalReason reason, TimeSpan wait)
    {
        var status = reason switch
        {
            RefusalReason.Draining or RefusalReason.KeysUnavailable or RefusalReason.OpenFiles or RefusalReason.Memory => StatusCodes.Status503ServiceUnavailable,
            RefusalReason.TicketInUse => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status429TooManyRequests,
        };
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var extensions = new Dictionary<string, object?> { ["reason"] = Word(reason) };
        return Results.Problem(title: Title(reason), statusCode: status, extensions: extensions).ExecuteAsync(context);
    }

    private static string Title(RefusalReason reason) => reason switch
    {
        RefusalReason.AddressStreams => "Too many streams from this address",
        RefusalReason.SubjectStreams => "Too many streams for this subject",
        RefusalReason.SharedStreams => "Too many different streams",
        RefusalReason.ConnectRate => "Streams are opened too fast",
        RefusalReason.OpenFiles => "The gateway has as many connections as it may",
        RefusalReason.Memory => "The gateway has as much in memory as it may",
        RefusalReason.Draining => "The gateway is going down",
        RefusalReason.TicketInUse => "The ticket has a stream already",
        RefusalReason.KeysUnavailable => "Credentials cannot be checked at the moment",
        _ => "Too many streams",
    };
}
