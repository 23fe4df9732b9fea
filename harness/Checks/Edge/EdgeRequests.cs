using System.Net;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>Requests whose answer may come from the target or from the origin.</summary>
internal static class EdgeRequests
{
    // What a refusal in-band takes to end after its head.
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    /// <summary>With <c>Accept: text/event-stream</c> what an EventSource sends, and so gets the ends and the notices that are for one (HTML Standard, 9.2.2;
    /// Fetch).</summary>
    public const string NoCache = "Cache-Control: no-cache";

    private static int _address;

    /// <summary>What <see cref="StreamingRun"/> sends first.</summary>
    public const string FirstEvent = "id: 1\ndata: a\n\n";

    /// <summary>A client that nobody has been yet: an address in 127.0.0.0/8.</summary>
    public static IPAddress NewAddress()
    {
        var number = Interlocked.Increment(ref _address);
        return new IPAddress([127, (byte)(1 + (number / 62500 % 250)), (byte)(1 + (number / 250 % 250)), (byte)(1 + (number % 250))]);
    }

    /// <summary>A run in which the origin answers every request with a stream of one event that stays open, and HEAD with its head.</summary>
    /// <param name="check">The case.</param>
    /// <param name="fields">Field lines of the answer, beside its type.</param>
    public static OriginRun StreamingRun(this CheckContext check, params string[] fields)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            if (exchange.Request.Method == "HEAD")
            {
                await exchange.AnswerAsync(200, "text/event-stream", default, check.Cancellation, fields);
                return;
            }

            await exchange.SendHeadAsync(200, ["Content-Type: text/event-stream", "Transfer-Encoding: chunked", .. fields], check.Cancellation);
            await exchange.SendAsync(FirstEvent, check.Cancellation);
        };
        return run;
    }

    /// <summary>Sends a request and waits for the head of its answer.</summary>
    /// <exception cref="Wire.NotSeenException">None came in time.</exception>
    public static async Task<ClientResponse> AskAsync(
        this CheckContext check, string path, IReadOnlyList<string>? fields = null, string method = "GET", ReadOnlyMemory<byte>? body = null,
        IPAddress? from = null)
    {
        var connection = await check.RequestAsync(method, path, fields, body, from);
        return check.Keep(await connection.ReadResponseAsync(method == "HEAD"));
    }

    /// <summary>A preflight (Fetch: "CORS-preflight request").</summary>
    public static Task<ClientResponse> PreflightAsync(
        this CheckContext check, string path, string origin, string method = "GET", string? headers = null, IPAddress? from = null) =>
        check.AskAsync(
            path,
            ["Accept: */*", $"Origin: {origin}", $"Access-Control-Request-Method: {method}", .. headers is null
                ? (string[])[] : [$"Access-Control-Request-Headers: {headers}"]],
            "OPTIONS",
            from: from);

    /// <summary>
    /// True for an answer that a client takes for the stream it wanted: the first event is there, or, of a server whose events nobody here
    /// knows, an event stream that does not end at once.
    /// </summary>
    public static async Task<bool> IsTheStreamAsync(this ClientResponse response)
    {
        if (!response.IsEventStream)
        {
            return false;
        }

        if (response.Connection.Target.IsServer)
        {
            return await response.StaysAsync();
        }

        // A refusal in-band is a 200 with an event stream too, and ends without an event of the origin's.
        try
        {
            await response.ReadUntilAsync(() => response.Events.Any(e => e is { Type: "message", Data: "a" }), "the stream's first event");
            return true;
        }
        catch (Wire.NotSeenException) when (response.Ending is not null)
        {
            return false;
        }
    }

    /// <summary>Whether a stream is still open after a moment, in which a refusal in-band would have ended.</summary>
    public static async Task<bool> StaysAsync(this ClientResponse response) => await response.ReadToEndAsync(Moment) == Results.Ending.Timeout;
}
