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
    public async Task ForwardAsync(HttpContext context, JsonObject? claims)
    {
        var stop = context.RequestAborted;
        try
        {
            using var request = Request(context, claims);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            {
                if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                {
                    context.Response.Headers.Append(name, values.ToArray());
                }
            }

            await context.Response.StartAsync(stop);
            await CopyAsync(await response.Content.ReadAsStreamAsync(stop), context.Response, Expiry(claims), stop);
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
    private static async Task CopyAsync(Stream from, HttpResponse to, DateTimeOffset expiry, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, stop) is > 0 and var count)
        {
            var over = DateTimeOffset.UtcNow >= expiry ? buffer.AsSpan(0, count).IndexOf("\n\n"u8) : -1;
            await to.Body.WriteAsync(buffer.AsMemory(0, over < 0 ? count : over + 2), stop);
            await to.Body.FlushAsync(stop);
            if (over >= 0)
            {
                return;
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

    private Uri Url(string target) => new(upstream.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
