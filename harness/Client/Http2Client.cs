using System.Net;
using System.Net.Sockets;
using System.Text;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>The checker's HTTP/2 connection to the target: by prior knowledge in cleartext, by ALPN over TLS. Streams share it.</summary>
internal sealed class Http2Client : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly WireTap _tap;
    private readonly CancellationToken _cancellation;
    private readonly IPAddress? _from;
    private Socket? _socket;

    /// <param name="target">Whom to.</param>
    /// <param name="tap">The case's.</param>
    /// <param name="cancellation">The case's.</param>
    /// <param name="from">Any address of 127.0.0.0/8, to be another client; null is left to the system.</param>
    public Http2Client(TargetAddress target, WireTap tap, CancellationToken cancellation, IPAddress? from = null)
    {
        (Target, _tap, _cancellation, _from) = (target, tap, cancellation, from);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = false,
            MaxResponseHeadersLength = 128,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ConnectCallback = ConnectAsync,
        };
#pragma warning disable CA5359 // A target that is tested has a certificate of its own making: who it is is not what is tested.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        _invoker = new HttpMessageInvoker(handler);
    }

    public TargetAddress Target { get; }

    /// <summary>Sends a request and waits for the head of its answer.</summary>
    /// <param name="method">Any.</param>
    /// <param name="target">The path and query, to which the target's own path is added in front.</param>
    /// <param name="fields">Further field lines, one character a byte.</param>
    /// <param name="body">Null for none.</param>
    /// <param name="limit">How long that may take.</param>
    /// <exception cref="NotSeenException">No answer came, or the stream or connection ended without one.</exception>
    public async Task<Http2Answer> SendAsync(string method, string target, IReadOnlyList<string> fields, ReadOnlyMemory<byte>? body = null,
        TimeSpan? limit = null)
    {
        var url = new Uri($"{Target.Url.Scheme}://{Target.Authority}{Target.RequestTarget(target)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(
            new HttpMethod(method), url)
        { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is { } sent)
        {
            request.Content = new ReadOnlyMemoryContent(sent);
        }

        foreach (var field in fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (field[..colon], field[(colon + 1)..].Trim());
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var line = new WireLine(_tap, "client");
        line.Sent(Bytes.Of($"{method} {url.PathAndQuery} HTTP/2\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n"));
        try
        {
            var response = await Patience.ForAsync(token => _invoker.SendAsync(request, token), "the head of the answer over HTTP/2", limit, _cancellation);
            var head = HeadOf(response);
            line.Received(Bytes.Of($"{head.StartLine}\r\n{string.Concat(head.Fields.Select(field => $"{field.Key}: {field.Value}\r\n"))}\r\n"));
            return new Http2Answer(response, await response.Content.ReadAsStreamAsync(_cancellation), line, head, _tap.Ms, _tap, _cancellation);
        }
        catch (HttpRequestException failure)
        {
            line.Note(failure.Message);
            throw new NotSeenException($"no answer over HTTP/2: {failure.GetBaseException().Message}");
        }
    }

    /// <summary>Closes the connection under all of its streams (FIN without GOAWAY).</summary>
    public void Drop() => _socket?.Dispose();

    public void Dispose() => _invoker.Dispose();

    private static MessageHead HeadOf(HttpResponseMessage response)
    {
        var fields =
            from field in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            from value in field.Value
            select KeyValuePair.Create(field.Key, value);
        return new MessageHead($"HTTP/2 {(int)response.StatusCode}", [.. fields]);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        _socket = new Socket(Target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (_from is not null)
        {
            _socket.Bind(new IPEndPoint(_from, 0));
        }

        await _socket.ConnectAsync(Target.EndPoint, cancellation);
        return new NetworkStream(_socket, ownsSocket: true);
    }
}
