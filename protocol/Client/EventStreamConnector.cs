using System.Net;
using System.Text;

namespace SseGateway.Protocol;

/// <summary>Asks for the stream once, redirects included, and judges the answer (HTML Standard, 9.2.2, step 15).</summary>
internal sealed class EventStreamConnector(HttpMessageInvoker http, Uri url, EventSourceOptions options)
{
    // Fetch: a request is a network error after twenty redirects.
    private const int MaxRedirects = 20;
    private const int MaxExcerpt = 4096;

    // RFC 8470 section 5.2; .NET has no name for it.
    private const int TooEarly = 425;
    private static readonly TimeSpan ExcerptTimeout = TimeSpan.FromSeconds(2);

    public async Task<ConnectOutcome> ConnectAsync(string lastEventId, CancellationToken cancellationToken)
    {
        string? accessToken = null;
        try
        {
            if (options.AccessToken is { } hook)
                accessToken = await hook(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ConnectOutcome.Cancelled;
        }
        if (accessToken is not null && !EventSourceOptions.IsHeaderValue(accessToken))
            throw new InvalidOperationException($"The token from {nameof(EventSourceOptions.AccessToken)} contains CR, LF or NUL.");
        var request = new EventStreamRequest(url, options, lastEventId, accessToken);
        using var head = new CancellationTokenSource(options.HeadTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, head.Token);
        for (var redirects = 0; ; redirects++)
        {
            HttpResponseMessage response;
            try
            {
                using var message = request.ToMessage();
                response = await SendAsync(message, both.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                if (cancellationToken.IsCancellationRequested)
                    return ConnectOutcome.Cancelled;
                return ConnectOutcome.Retry(head.IsCancellationRequested
                    ? new(EventSourceFailure.HeadTimeout, $"{request.Url.Authority} sent no head within {options.HeadTimeout}.", exception)
                    : new(EventSourceFailure.NoAnswer, $"No answer from {request.Url.Authority}: {exception.Message}", exception));
            }

            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return await JudgeAsync(response, request.Url, cancellationToken).ConfigureAwait(false);

            using (response)
            {
                var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
                var problem = redirects == MaxRedirects ? $"for more than {MaxRedirects} times" : request.Redirect((int)response.StatusCode, location);
                if (problem is not null)
                {
                    return ConnectOutcome.GiveUp(new(EventSourceFailure.Redirect, $"{request.Url.Authority} redirects {problem}.")
                    {
                        StatusCode = response.StatusCode,
                    });
                }
            }
        }
    }

    // HttpClient's own SendAsync would wait for the end of the body.
    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken) => http is HttpClient client
        ? client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
        : http.SendAsync(message, cancellationToken);

    private async Task<ConnectOutcome> JudgeAsync(HttpResponseMessage response, Uri requested, CancellationToken cancellationToken)
    {
        var contentType = EventStreamMediaType.Raw(response);
        if (response.StatusCode is HttpStatusCode.OK && EventStreamMediaType.IsEventStream(contentType))
            return ConnectOutcome.Opened(response, requested);

        using (response)
        {
            var status = response.StatusCode;
            if (status is HttpStatusCode.NoContent)
            {
                return ConnectOutcome.GiveUp(
                    new(EventSourceFailure.NoContent, "The server answered 204: it asks not to connect again.") { StatusCode = status });
            }

            var excerpt = await ReadExcerptAsync(response, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                return ConnectOutcome.Cancelled;
            var (failure, text) = status is HttpStatusCode.OK
                ? (EventSourceFailure.ContentType, $"The answer is no event stream: its content type is {contentType ?? "missing"}.")
                : (EventSourceFailure.Status, $"The server answered {(int)status} {response.ReasonPhrase}.");
            var exception = new EventSourceException(failure, text) { StatusCode = status, ContentType = contentType, BodyExcerpt = excerpt };
            return options.RetryWhenOverloaded && IsPassing(status)
                ? ConnectOutcome.Retry(exception, RetryAfter(response))
                : ConnectOutcome.GiveUp(exception);
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        (int)status is 408 or TooEarly or 429 or 500 or 502 or 503 or 504;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - options.TimeProvider.GetUtcNow(),
        _ => null,
    };

    // Only for people to read, so an answer that stalls or breaks off just gives less of it.
    private async Task<string?> ReadExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ExcerptTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var bytes = new byte[MaxExcerpt];
        var length = 0;
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            while (length < bytes.Length && await body.ReadAsync(bytes.AsMemory(length), both.Token).ConfigureAwait(false) is > 0 and var count)
                length += count;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            if (length == 0)
                return null;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
