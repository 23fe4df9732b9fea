using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;

namespace SseGateway.Streams.Endings;

/// <summary>
/// Says no to a stream in a way the client survives. Any status but 200 ends a browser's EventSource for good (HTML Standard, 9.2.2), so it is
/// refused in-band: a short event stream with a retry time. So is the GET of an MCP client, without the event. Everybody else gets a status.
/// </summary>
internal static class Refusal
{
    private static readonly TimeSpan DefaultWait = new LimitSettings().RetryAfter;

    /// <summary>Writes the whole answer. Whatever was set on the response before is dropped.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="reason">Why.</param>
    /// <param name="wasAsked">True when the service has been asked already, so that asking again would cost it another answer.</param>
    /// <param name="least">The least wait the client is told, where somebody else has said more than the route does.</param>
    /// <exception cref="InvalidOperationException">The response has started.</exception>
    public static Task WriteAsync(HttpContext context, RefusalReason reason, bool wasAsked = false, TimeSpan least = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return WriteAsync(context, reason, Mode(context), Wait(context, least), wasAsked);
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
        return WriteAsync(context, reason, mode, Jitter.Of(retryAfter), wasAsked: false);
    }

    /// <summary>True when a request that has come to admission is refused in-band.</summary>
    public static bool IsInBand(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return InBand(context, Mode(context));
    }

    /// <summary>How long the client is to wait, at random, once at least as long as its route says.</summary>
    /// <param name="context">The request.</param>
    /// <param name="least">No shorter than this.</param>
    public static TimeSpan Wait(HttpContext context, TimeSpan least = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var retryAfter = context.Features.Get<StreamAdmission>()?.RetryAfter ?? DefaultWait;
        return Jitter.Of(retryAfter > least ? retryAfter : least);
    }

    /// <summary>A wait as <c>Retry-After</c> has it: whole seconds (RFC 9110 section 10.2.3).</summary>
    public static string Seconds(TimeSpan wait) => ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers a stream whose credential was revoked while it was being opened: as if it had come later.</summary>
    public static Task WriteRevokedAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, new StreamError("gateway_unauthorized", "The credential is not valid"));
    }

    /// <summary>The word for a reason in notices and problem details.</summary>
    internal static string Word(RefusalReason reason) => reason switch
    {
        RefusalReason.Draining => "drained",
        RefusalReason.KeysUnavailable => "unavailable",
        RefusalReason.Memory => "memory",
        RefusalReason.Upstream => "upstream",
        _ => "limit",
    };

    private static RefusalMode Mode(HttpContext context) => context.Features.Get<StreamAdmission>()?.Refusal ?? RefusalMode.Auto;

    // The two that come back after a clean end, and after a status never, or not for long: an EventSource, and the GET of an MCP client.
    private static bool InBand(HttpContext context, RefusalMode mode) => mode switch
    {
        RefusalMode.InBand => EventStreamRequest.Accepts(context.Request),
        RefusalMode.Auto => HttpMethods.IsGet(context.Request.Method) && DialectSigns.Of(context) is Dialect.EventSource or Dialect.Mcp
            && EventStreamRequest.Accepts(context.Request),
        _ => false,
    };

    private static Task WriteAsync(HttpContext context, RefusalReason reason, RefusalMode mode, TimeSpan wait, bool wasAsked)
    {
        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-store";
        return InBand(context, mode)
            ? WriteInBandAsync(context, reason, wait)
            : WriteStatusAsync(context, reason, wait, wasAsked);
    }

    private static async Task WriteInBandAsync(HttpContext context, RefusalReason reason, TimeSpan wait)
    {
        var milliseconds = (int)Math.Min(wait.TotalMilliseconds, int.MaxValue);
        var body = new ArrayBufferWriter<byte>();
        if (DialectSigns.IsMcpGet(context))
        {
            // Every event of theirs is a message of JSON-RPC.
            FrameWriter.WriteRetry(body, milliseconds);
        }
        else
        {
            FrameWriter.WriteEvent(body, Data(reason, milliseconds).WrittenSpan, "gateway.refused"u8, default, milliseconds);
        }

        context.Features.Get<StreamAdmission>()?.SendAway(wait);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = EventStreamMediaType.Name;
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static ArrayBufferWriter<byte> Data(RefusalReason reason, int milliseconds)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        writer.WriteString("reason", Word(reason));
        writer.WriteNumber("retryMs", milliseconds);
        writer.WriteEndObject();
        writer.Flush();
        return json;
    }

    private static Task WriteStatusAsync(HttpContext context, RefusalReason reason, TimeSpan wait, bool wasAsked)
    {
        var headers = context.Response.Headers;
        headers.RetryAfter = Seconds(wait);
        if (wasAsked)
        {
            ShouldNotRetry(headers);
        }

        return ErrorAnswer.WriteAsync(context, Status(context, reason), new StreamError("gateway_" + Word(reason), Title(reason)), reason: Word(reason));
    }

    /// <summary>
    /// Says that the request must not be sent again by itself: the service has made an answer, or part of one, and would make it again. The SDKs of
    /// OpenAI and Anthropic look at it before they look at the status.
    /// </summary>
    public static void ShouldNotRetry(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        headers["x-should-retry"] = "false";
    }

    // An MCP client takes 429 for the server's word that there is no such stream, and does not ask again.
    private static int Status(HttpContext context, RefusalReason reason) => reason switch
    {
        RefusalReason.Draining or RefusalReason.KeysUnavailable or RefusalReason.Upstream or RefusalReason.OpenFiles or RefusalReason.Memory =>
            StatusCodes.Status503ServiceUnavailable,
        _ => DialectSigns.IsMcpGet(context) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests,
    };

    private static string Title(RefusalReason reason) => reason switch
    {
        RefusalReason.AddressStreams => "Too many streams from this address",
        RefusalReason.SubjectStreams => "Too many streams for this subject",
        RefusalReason.McpCalls => "Too many requests of this method",
        RefusalReason.ConnectRate => "Streams are opened too fast",
        RefusalReason.OpenFiles => "The gateway has as many connections as it may",
        RefusalReason.Memory => "The gateway has as much in memory as it may",
        RefusalReason.Draining => "The gateway is going down",
        RefusalReason.Upstream => "The upstream cannot serve at the moment",
        RefusalReason.KeysUnavailable => "Credentials cannot be checked at the moment",
        _ => "Too many streams",
    };
}
