using System.Net.Http.Headers;

namespace SseGateway.Protocol;

/// <summary>The request of one attempt, and what becomes of it when it is redirected (Fetch, "HTTP-redirect fetch").</summary>
internal sealed class EventStreamRequest(Uri url, EventSourceOptions options, string lastEventId, string? accessToken)
{
    private bool _withBody = true;
    private bool _withCredentials = true;
    private HttpMethod _method = options.Method;

    public Uri Url { get; private set; } = url;

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(_method, Url) { Version = options.Version, VersionPolicy = options.VersionPolicy };
        if (_withBody && options.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", options.BodyContentType);
        }
        foreach (var (name, value) in options.Headers)
        {
            if (_withCredentials || !IsCredential(name))
                message.Headers.TryAddWithoutValidation(name, value);
        }
        if (_withCredentials && accessToken is not null)
            message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + accessToken);
        AddDefault(message.Headers, "Accept", EventStreamMediaType.Name);
        AddDefault(message.Headers, "Cache-Control", "no-cache");
        // 9.2.3: absent, not empty, when there is no id.
        if (lastEventId.Length > 0)
            message.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return message;
    }

    /// <returns>Null when the request now has its new target; else why it cannot.</returns>
    public string? Redirect(int status, string? location)
    {
        if (string.IsNullOrWhiteSpace(location) || !Uri.TryCreate(Url, location.Trim(), out var target))
            return "without a usable Location";
        if (target.Scheme != Uri.UriSchemeHttps && (target.Scheme != Uri.UriSchemeHttp || Url.Scheme == Uri.UriSchemeHttps))
            return $"from {Url.Scheme} to {target.Scheme}";
        if (Uri.Compare(Url, target, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
            _withCredentials = false;
        if ((status is 301 or 302 && _method == HttpMethod.Post) || (status is 303 && _method != HttpMethod.Head))
        {
            _method = HttpMethod.Get;
            _withBody = false;
        }
        Url = target;
        return null;
    }

    private static bool IsCredential(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase);

    private static void AddDefault(HttpRequestHeaders headers, string name, string value)
    {
        if (!headers.NonValidated.Contains(name))
            headers.TryAddWithoutValidation(name, value);
    }
}
