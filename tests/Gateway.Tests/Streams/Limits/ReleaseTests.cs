using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Streams.Limits;

/// <summary>A place comes back whatever the way out, as often as it is taken: catalogue 10.1.3.</summary>
public sealed class ReleaseTests
{
    private const int Places = 5;
    private const int Cycles = 40;
    private const string Page = "https://app.example";

    private static readonly string Token = $"Authorization: Bearer {Tokens.For("ada")}";

    public enum WayOut
    {
        ClientFin,
        ClientReset,
        ClientFinBeforeTheHead,
        ClientResetBeforeTheHead,
        UpstreamEnd,
        UpstreamCut,
        UpstreamReset,
        UpstreamRefusesToAnswer,
        UpstreamAnswersWithAnError,
        UpstreamAnswersWithNoStream,
        UpstreamDown,
        HeadTimeout,
        WithoutToken,
        Preflight,
        Head,
        BadRequest,
        PostedStream,
        UnannouncedStream,
        RefusedByStatus,
        RefusedInBand,
    }

    public static TheoryData<WayOut> Ways => [.. Enum.GetValues<WayOut>()];

    [Theory]
    [Trait("Case", "10.1.3")]
    [MemberData(nameof(Ways))]
    public async Task Place_comes_back(WayOut way)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(AnswerAsAskedAsync);
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [.. GatewayUnderTest.Route("upstream", "/events", upstream.Url), .. GatewayUnderTest.Route("down", "/down", "http://127.0.0.1:1")],
            [
                .. Tokens.RequireHs256(), "SseGateway:Cors:Origins:0=" + Page,
                $"SseGateway:Limits:Streams={Places}", $"SseGateway:Limits:StreamsPerAddress={Places}",
                $"SseGateway:Limits:StreamsPerSubject={Places}", $"SseGateway:Limits:StreamsPerRoute={Places}",
                .. way == WayOut.HeadTimeout ? ["SseGateway:Timeouts:Head=00:00:00.05"] : Array.Empty<string>(),
            ]);

        var full = way is WayOut.RefusedByStatus or WayOut.RefusedInBand ? await FillAsync(gateway) : [];
        for (var i = 0; i < Cycles; i++) await CycleAsync(gateway, way);
        full.ForEach(response => response.Dispose());

        (await FillAsync(gateway)).ForEach(response => response.Dispose());
    }

    [Theory]
    [Trait("Case", "10.1.3")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Place_of_an_http2_stream_comes_back(bool dropConnection)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. GatewayUnderTest.Http2Endpoint, $"SseGateway:Limits:Streams={Places}"]);
        upstream.Serve(exchange => exchange.StartStreamAsync());
        for (var i = 0; i < Cycles; i++)
        {
            using var client = gateway.CreateHttp2Client();
            using var stream = await OpenEventuallyAsync(client);
            if (dropConnection) client.Drop();
        }

        using var last = gateway.CreateHttp2Client();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < Places; i++) open.Add(await OpenEventuallyAsync(last));
        using var refused = await OpenAsync(last);
        Assert.Equal(429, (int)refused.StatusCode);
        open.ForEach(response => response.Dispose());
    }

    /// <summary>The upstream does what the request's field X-Then says.</summary>
    private static async Task AnswerAsAskedAsync(UpstreamExchange exchange)
    {
        switch (exchange.Request.Value("X-Then"))
        {
            case "stay silent":
                await exchange.WaitForPeerCloseAsync();
                break;
            case "refuse":
                exchange.Cut();
                break;
            case "error":
                await exchange.AnswerAsync(503, "text/plain", "no");
                break;
            case "json":
                await exchange.AnswerAsync(200, "application/json", "{}");
                break;
            case var then:
                await exchange.StartStreamAsync();
                if (exchange.Request.Method == "HEAD") exchange.Finish();
                else if (then == "end") await exchange.EndAsync();
                else if (then == "cut") exchange.Cut();
                else if (then == "reset") exchange.Reset();
                break;
        }
    }

    private static async Task CycleAsync(GatewayUnderTest gateway, WayOut way)
    {
        switch (way)
        {
            case WayOut.ClientFin:
                (await OpenEventuallyAsync(gateway, "stream")).Client.Leave();
                break;
            case WayOut.ClientReset:
                (await OpenEventuallyAsync(gateway, "stream")).Client.Reset();
                break;
            case WayOut.ClientFinBeforeTheHead:
                (await gateway.BeginAsync("GET", "/events", [Token, "Accept: text/event-stream", "X-Then: stay silent"])).Leave();
                break;
            case WayOut.ClientResetBeforeTheHead:
                (await gateway.BeginAsync("GET", "/events", [Token, "Accept: text/event-stream", "X-Then: stay silent"])).Reset();
                break;
            case WayOut.UpstreamEnd:
                await ExpectEndingAsync(gateway, "end", clean: true);
                break;
            case WayOut.UpstreamCut:
                await ExpectEndingAsync(gateway, "cut", clean: false);
                break;
            case WayOut.UpstreamReset:
                await ExpectEndingAsync(gateway, "reset", clean: false);
                break;
            case WayOut.UpstreamRefusesToAnswer:
                await ExpectAsync(gateway, "GET", "/events", 502, Token, "Accept: text/event-stream", "X-Then: refuse");
                break;
            case WayOut.UpstreamAnswersWithAnError:
                await ExpectAsync(gateway, "GET", "/events", 503, Token, "Accept: text/event-stream", "X-Then: error");
                break;
            case WayOut.UpstreamAnswersWithNoStream:
                await ExpectAsync(gateway, "GET", "/events", 200, Token, "Accept: text/event-stream", "X-Then: json");
                break;
            case WayOut.UpstreamDown:
                await ExpectAsync(gateway, "GET", "/down", 502, Token, "Accept: text/event-stream");
                break;
            case WayOut.HeadTimeout:
                await ExpectAsync(gateway, "GET", "/events", 504, Token, "Accept: text/event-stream", "X-Then: stay silent");
                break;
            case WayOut.WithoutToken:
                await ExpectAsync(gateway, "GET", "/events", 401, "Accept: text/event-stream");
                break;
            case WayOut.Preflight:
                await ExpectAsync(gateway, "OPTIONS", "/events", 204, $"Origin: {Page}", "Access-Control-Request-Method: GET");
                break;
            case WayOut.Head:
                await ExpectAsync(gateway, "HEAD", "/events", 200, Token, "Accept: text/event-stream");
                break;
            case WayOut.BadRequest:
                await ExpectAsync(gateway, "GET", "/events", 400, Token, "Accept: text/event-stream", "Content-Length: x");
                break;
            case WayOut.PostedStream:
                await ExpectAsync(gateway, "POST", "/events", 200, Token, "Accept: */*", "X-Then: end");
                break;
            case WayOut.UnannouncedStream:
                await ExpectAsync(gateway, "GET", "/events", 200, Token, "X-Then: end");
                break;
            case WayOut.RefusedByStatus:
                await ExpectAsync(gateway, "GET", "/events", 429, Token, "Accept: text/event-stream");
                break;
            default:
                await ExpectAsync(gateway, "GET", "/events", 200, [Token, .. Browser.EventSourceFields]);
                break;
        }
    }

    private static async Task ExpectAsync(GatewayUnderTest gateway, string method, string target, int status, params string[] fields)
    {
        // The place of the cycle before may still be on its way back; it must come.
        await Deadline.UntilAsync(async () =>
        {
            using var response = await gateway.SendAsync(method, target, fields);
            await response.ReadToEndAsync();
            if (response.Status == 429 && status != 429) return false;
            Assert.Equal(status, response.Status);
            return true;
        }, $"{status} for {method} {target}");
    }

    private static async Task ExpectEndingAsync(GatewayUnderTest gateway, string then, bool clean)
    {
        using var response = await OpenEventuallyAsync(gateway, then);
        Assert.Equal(clean, (await response.ReadToEndAsync()).Ending == BodyEnding.Clean);
    }

    /// <summary>Takes every place, waiting for those that are on their way back, and sees that there is not one more.</summary>
    private static async Task<List<RawResponse>> FillAsync(GatewayUnderTest gateway)
    {
        var open = new List<RawResponse>();
        for (var i = 0; i < Places; i++) open.Add(await OpenEventuallyAsync(gateway, "stream"));
        await ExpectAsync(gateway, "GET", "/events", 429, Token, "Accept: text/event-stream");
        return open;
    }

    private static async Task<RawResponse> OpenEventuallyAsync(GatewayUnderTest gateway, string then)
    {
        RawResponse? opened = null;
        await Deadline.UntilAsync(async () =>
        {
            opened = await gateway.OpenAsync("/events", Token, $"X-Then: {then}");
            if (opened.Status == 200) return true;
            // 504 only where the head's time is so short that this machine may be too slow for it.
            Assert.True(opened.Status is 429 or 504, $"status {opened.Status}");
            opened.Dispose();
            return false;
        }, "a free place");
        return opened!;
    }

    private static Task<HttpResponseMessage> OpenAsync(Http2Client client)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/events") { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.Add("Accept", "text/event-stream");
        return Deadline.ForAsync(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    private static async Task<HttpResponseMessage> OpenEventuallyAsync(Http2Client client)
    {
        HttpResponseMessage? opened = null;
        await Deadline.UntilAsync(async () =>
        {
            opened = await OpenAsync(client);
            if (opened.IsSuccessStatusCode) return true;
            Assert.Equal(429, (int)opened.StatusCode);
            opened.Dispose();
            return false;
        }, "a free place for an HTTP/2 stream");
        return opened!;
    }
}
