using System.Net;
using System.Net.Http.Headers;

namespace Protocol.Tests.Client;

/// <summary>Answers the first request with a stream whose reads are in the test's hands, and every further one with 204.</summary>
internal sealed class CannedHandler(Stream body) : HttpMessageHandler
{
    private int _requests;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = request };
        if (_requests++ == 0)
        {
            response.StatusCode = HttpStatusCode.OK;
            response.Content = new StreamContent(body);
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        }
        return Task.FromResult(response);
    }
}
