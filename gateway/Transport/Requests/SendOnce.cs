using SseGateway.Transport.Http;

namespace SseGateway.Transport.Requests;

/// <summary>
/// Keeps the HTTP handler from repeating requests (RFC 9110 section 9.2.2). It sends one without a body again, up to three times, when the connection closes
/// without an answer, a POST like a GET; one with a body it does not. So a POST gets an empty body. A GET is sent again once, when its connection had been
/// idle and was closed meanwhile, which says nothing of the request; what was sent again is not sent a third time.
/// </summary>
/// <remarks>
/// Where HTTP/2 may be spoken a request may come back untaken, by GOAWAY or as one stream too many, as often as it likes. The handler tells of an attempt by
/// asking for the encoding of a field that each request has.
/// </remarks>
internal sealed class SendOnce(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<Attempts> Key = new("SseGateway.Attempts");

    /// <summary>Has the handler tell of what it does with each request.</summary>
    /// <param name="handler">With its callbacks as they will be.</param>
    public static void Watch(SocketsHttpHandler handler)
    {
        var (connect, encoding) = (handler.ConnectCallback!, handler.RequestHeaderEncodingSelector!);
        handler.ConnectCallback = (connection, cancellationToken) =>
        {
            NoteDial(connection.InitialRequestMessage);
            return connect(connection, cancellationToken);
        };
        handler.RequestHeaderEncodingSelector = (field, request) =>
        {
            NoteField(field, request);
            return encoding(field, request);
        };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && !IsIdempotent(request.Method))
        {
            request.Content = new ByteArrayContent([]);
        }

        var attempts = request.Content is null && !MayBeHttp2(request) ? new Attempts() : null;
        if (attempts is not null)
        {
            request.Options.Set(Key, attempts);
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (attempts is { AreOver: true })
        {
            // To the handler it may be a connection that could not be opened, which would say that nothing was sent.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, Attempts.Over, failure);
        }
    }

    private static void NoteDial(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(Key, out var attempts) && !attempts.MayDial())
        {
            throw new IOException(Attempts.Over);
        }
    }

    private static void NoteField(string field, HttpRequestMessage request)
    {
        if (field == Via.Field && request.Options.TryGetValue(Key, out var attempts) && !attempts.MaySend())
        {
            // Not one that it takes for a connection's.
            throw new InvalidOperationException(Attempts.Over);
        }
    }

    private static bool MayBeHttp2(HttpRequestMessage request) =>
        request.Version.Major >= 2 && (request.RequestUri?.Scheme == Uri.UriSchemeHttps || request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower);

    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Put
        || method == HttpMethod.Delete || method == HttpMethod.Trace;
}
