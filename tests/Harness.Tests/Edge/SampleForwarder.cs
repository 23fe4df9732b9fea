using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Harness.Tests.Edge;

/// <summary>Forwards a request and relays its answer piece by piece.</summary>
internal sealed class SampleForwarder(EdgeDefect defect, Uri upstream) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <param name="context">With the path and query to send.</param>
    /// <param name="claims">Of who has logged in; null where nobody need.</param>
    /// <param name="life">When the stream is ended, beside the end of the claims.</param>
    /// <param name="draining">Set when all streams are to end, but for answers to POST.</param>
    public async Task ForwardAsync(HttpContext context, JsonObject? claims, DateTimeOffset? life = null, CancellationToken draining = default)
    {
        var stop = context.RequestAborted;
        try
        {
            using var request = Request(context, claims);
            using var head = CancellationTokenSource.CreateLinkedTokenSource(stop, defect == EdgeDefect.RefusesLateHeadsWhenItStops ? draining : default);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, head.Token);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            {
                if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                {
                    context.Response.Headers.Append(name, values.ToArray());
                }
            }

            await context.Response.Body.FlushAsync(stop);
            var isPage = context.Request.Headers.Accept == "text/event-stream" && context.Request.Headers.CacheControl == "no-cache";
            var expiry = Expiry(claims) is var exp && life < exp ? life.Value : exp;
            if (defect == EdgeDefect.TellsProgramsOfTheEnd && claims is not null)
            {
                await context.Response.WriteAsync("event: ends\ndata: {}\n\n", stop);
            }

            using var streaming = CancellationTokenSource.CreateLinkedTokenSource(stop, HttpMethods.IsPost(context.Request.Method) ? default : draining);
            var isOver = await CopyAsync(await response.Content.ReadAsStreamAsync(stop), context.Response, expiry, streaming.Token);
            if (isOver && !isPage && defect != EdgeDefect.EndsProgramsCleanly)
            {
                // Whoever is no page would take it for the whole answer.
                context.Abort();
            }
        }
        catch (OperationCanceledException) when (draining.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        catch (HttpRequestException) when (!context.Response.HasStarted && context.Request.Headers.CacheControl == "no-cache")
        {
            // To a page any status but 200 is the last one.
            context.Response.Clear();
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("retry: 300\n\n", stop);
        }
        catch (HttpRequestException failure) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            var told = defect == EdgeDefect.TellsUpstreamAddress ? $"{upstream.Authority}: {failure.Message}" : "no answer";
            await context.Response.WriteAsync(defect == EdgeDefect.EchoesThePath ? $"{told}: {Uri.UnescapeDataString(context.Request.Path)}" : told, stop);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    public Task<Stream> OpenAsync(string target) => _client.GetStreamAsync(Url(target));

    public void Dispose() => _client.Dispose();

    // From the first bytes after it on, up to the end of an event: streams of the tests never pause.
    // True when it was this edge that ended it.
    private static async Task<bool> CopyAsync(Stream from, HttpResponse to, DateTimeOffset expiry, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            int count;
            try
            {
                count = await from.ReadAsync(buffer, stop);
            }
            catch (OperationCanceledException) when (!to.HttpContext.RequestAborted.IsCancellationRequested)
            {
                return true;
            }

            if (count == 0)
            {
                return false;
            }

            var over = DateTimeOffset.UtcNow >= expiry ? buffer.AsSpan(0, count).IndexOf("\n\n"u8) : -1;
            await to.Body.WriteAsync(buffer.AsMemory(0, over < 0 ? count : over + 2), CancellationToken.None);
            await to.Body.FlushAsync(CancellationToken.None);
            if (over >= 0)
            {
                return true;
            }
        }
    }

    private DateTimeOffset Expiry(JsonObject? claims) =>
        claims is null || defect is EdgeDefect.KeepsStreamsOfExpiredTokens or EdgeDefect.IgnoresExpiry
            ? DateTimeOffset.MaxValue
            : DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]! + SampleTokens.ClockSkew);

    private HttpRequestMessage Request(HttpContext context, JsonObject? claims)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Url(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        foreach (var name in (string[])["Accept", "Last-Event-ID", "Cookie", "Origin", "Gateway-Subject"])
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        if (claims is not null && defect != EdgeDefect.ForwardsForgedSubject)
        {
            request.Headers.Remove("Gateway-Subject");
            request.Headers.TryAddWithoutValidation("Gateway-Subject", (string?)claims["sub"]);
        }

        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        return request;
    }

    private Uri Url(string target) =>
        new(upstream.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
