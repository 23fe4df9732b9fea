namespace SseGateway.Transport.Upstream;

/// <summary>
/// Keeps the HTTP handler from repeating requests that must not be repeated (RFC 9110 section 9.2.2). It sends a request
/// without a body again, up to three times, when the connection closes without an answer, a POST like a GET; one with a body it does
/// not. So these get an empty one.
/// </summary>
internal sealed class SendOnce(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && !IsIdempotent(request.Method))
        {
            request.Content = new ByteArrayContent([]);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Put
        || method == HttpMethod.Delete || method == HttpMethod.Trace;
}
