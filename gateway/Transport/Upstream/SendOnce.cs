namespace SseGateway.Transport.Upstream;

/// <summary>
/// Keeps the HTTP handler from repeating requests (RFC 9110 section 9.2.2). It sends one without a body again, up to three times, when the connection closes
/// without an answer, a POST like a GET; one with a body it does not. So a POST gets an empty body, and a GET has one connection opened for it and no more: it
/// may be sent again when a connection that had been idle was closed meanwhile, which says nothing of the request, but not when a new one was.
/// </summary>
/// <remarks>Where HTTP/2 may be spoken a second connection may be wanted for a request that was never taken: GOAWAY, or too many streams.</remarks>
internal sealed class SendOnce(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<bool> Dialled = new("SseGateway.Dialled");
    private static readonly HttpRequestOptionsKey<bool> Refused = new("SseGateway.DialRefused");

    /// <summary>Notes that a connection is opened for a request.</summary>
    /// <exception cref="IOException">One was before, and has closed without an answer.</exception>
    public static void NoteDial(HttpRequestMessage request)
    {
        if (MayBeHttp2(request))
        {
            return;
        }

        if (request.Options.TryGetValue(Dialled, out _))
        {
            request.Options.Set(Refused, true);
            throw new IOException("The connection was closed without an answer; the request is not sent again.");
        }

        request.Options.Set(Dialled, true);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && !IsIdempotent(request.Method))
        {
            request.Content = new ByteArrayContent([]);
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (request.Options.TryGetValue(Refused, out _))
        {
            // To the handler it is a connection that could not be opened, which would say that nothing was sent.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, failure.InnerException?.Message, failure);
        }
    }

    private static bool MayBeHttp2(HttpRequestMessage request) =>
        request.Version.Major >= 2 && (request.RequestUri?.Scheme == Uri.UriSchemeHttps || request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower);

    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Put
        || method == HttpMethod.Delete || method == HttpMethod.Trace;
}
