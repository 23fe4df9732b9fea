using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SseGateway.Harness.Probe;

/// <summary>
/// One request on a connection of its own, with the moments it went through. No proxy, no cookies and no redirects: nothing but the URL's
/// host is contacted.
/// </summary>
internal sealed class ProbeClient : IDisposable
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly ProbeOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly long _started;

    public ProbeClient(ProbeOptions options)
    {
        _options = options;
        _started = options.Time.GetTimestamp();
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            MaxResponseHeadersLength = 64,
            // Or the connection would be read on, to be used again, after the answer has been let go.
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = (context, _) =>
            {
                SecuredMs = ElapsedMs;
                return ValueTask.FromResult(context.PlaintextStream);
            },
        };
        if (options.Insecure)
        {
#pragma warning disable CA5359 // Asked for by name, with --insecure.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Since this client was made.</summary>
    public double ElapsedMs => _options.Time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>When the name was looked up and TCP begun; null until then.</summary>
    public double? ConnectingMs { get; private set; }

    /// <summary>When TCP was there; null until then.</summary>
    public double? ConnectedMs { get; private set; }

    /// <summary>When TLS was there, or TCP where no TLS is wanted; null until then.</summary>
    public double? SecuredMs { get; private set; }

    /// <summary>Sends it and waits for the head.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="headers">Of this request; null takes one away. Those of the options win.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, _options.Url);
        if (_options.Url.Scheme == Uri.UriSchemeHttps)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        }
        else
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        }

        var own = method == HttpMethod.Options ? [] : new KeyValuePair<string,
        string>[] { new("Accept", "text/event-stream"), new("Cache-Control", "no-cache") };
        // A preflight is the browser's own: it has none of the page's headers and no credentials (Fetch, CORS-preflight fetch).
        foreach (var header in own.Concat(headers).Concat(method == HttpMethod.Options ? [] : _options.Headers))
        {
            request.Headers.Remove(header.Key);
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return _invoker.SendAsync(request, cancellation);
    }

    public void Dispose() => _invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            ConnectingMs = ElapsedMs;
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            ConnectedMs = ElapsedMs;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
