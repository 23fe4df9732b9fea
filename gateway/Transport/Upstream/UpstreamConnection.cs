using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SseGateway.Streams.Output;
using SseGateway.Transport.Client;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// A connection to an upstream without TLS, from which the body of an event stream can be taken over once the HTTP handler has read the
/// head: the handler's connection would hold two buffers of 4 KB for all the stream's life, and allocate for every event.
/// </summary>
/// <remarks>
/// The handler gets the head of the answer to a claimed request and, as long as it does not ask for more, nothing after it; so what follows
/// is here, and nothing of it in the handler's buffer. Nothing changes for a body that is not taken over.
/// </remarks>
internal sealed class UpstreamConnection : NetworkStream
{
    private static readonly HttpRequestOptionsKey<UpstreamConnection> Key = new("SseGateway.UpstreamConnection");

    // The handler does not tell which of its connections a request goes out on, but writes it in the request's own flow.
    private static readonly AsyncLocal<HttpRequestMessage?> Claimant = new();

    private bool _headAwaited;
    private HeadEnd _head;
    private Memory<byte> _behindHead;
    private bool _taken;

    private readonly bool _mayBeTaken;

    // Once the head of the answer has been read there is nothing more for the handler, which then lets go of the connection.
    private volatile bool _retired;

    /// <param name="socket">Connected; it is made one that never blocks, which a <see cref="NetworkStream"/> would not take.</param>
    /// <param name="mayBeTaken">Whether bodies may be taken over together with the connection.</param>
    public UpstreamConnection(Socket socket, bool mayBeTaken)
        : base(socket, ownsSocket: true)
    {
        socket.Blocking = false;
        _mayBeTaken = mayBeTaken;
    }

    /// <summary>
    /// Has a request that is sent in this flow remember its connection, for <see cref="TryTakeBody"/>. A body of its own may follow it: the handler shows
    /// nobody the answer before it has sent all of that.
    /// </summary>
    public static void Claim(HttpRequestMessage request)
    {
        if (IsPlain(request) || request.Method == HttpMethod.Head)
        {
            Claimant.Value = request;
        }
    }

    /// <summary>
    /// Takes the body of an answer, and the connection with it, from the handler; what the messages hold is let go. The answer's fields have been
    /// copied before.
    /// </summary>
    /// <returns>Null when the handler has to read it itself: it is of another version of HTTP, comes over TLS, or has a length.</returns>
    public static UpstreamBody? TryTakeBody(HttpResponseMessage response)
    {
        var encodings = response.Headers.TransferEncoding;
        if (response.RequestMessage is not { } request
            || !request.Options.TryGetValue(Key, out var connection)
            || !connection._mayBeTaken
            || response.Version != HttpVersion.Version11
            || response.Content.Headers.ContentLength is not null
            || encodings.Count > 1
            || (encodings.Count == 1 && response.Headers.TransferEncodingChunked != true))
        {
            return null;
        }

        connection._taken = true;
        var body = new UpstreamBody(connection.Socket, chunked: encodings.Count == 1, connection._behindHead);

        // The handler takes its connection for closed. YARP holds on to both messages.
        response.Content.Dispose();
        response.Content = null;
        response.RequestMessage = null;
        response.Headers.Clear();
        ((IDictionary<string, object?>)request.Options).Clear();
        request.Headers.Clear();
        request.RequestUri = null;
        return body;
    }

    /// <summary>
    /// Decides after the answer to a claimed HEAD whether its connection may have another request. There are services that answer it like GET, and send
    /// a body, late or without end: the next answer would come behind it. The handler sees bytes that are there before it sends, and no later ones.
    /// </summary>
    public static void Settle(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (request.Method != HttpMethod.Head || !request.Options.TryGetValue(Key, out var connection))
        {
            return;
        }

        connection._retired = response.Version < HttpVersion.Version20 && !HasNoBody(response);
        if (connection._retired && IsPlain(request))
        {
            // The upstream learns at once that nobody wants the body. Below TLS another request may have it by now, which is then sent again.
            connection.Dispose();
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Claimant.Value is not { } request)
        {
            return base.WriteAsync(buffer, cancellationToken);
        }

        // What follows the first write is the request's body, and the head may have come before its end.
        var begins = !request.Options.TryGetValue(Key, out var connection) || connection != this;
        request.Options.Set(Key, this);
        if (begins && IsPlain(request))
        {
            // The handler is done with a HEAD before anybody can look at the answer: until then it is no connection for the next.
            (_headAwaited, _head, _retired) = (true, default, request.Method == HttpMethod.Head);
        }

        // A socket keeps what its last awaited send was of: the handler's buffer.
        var sent = Socket.Send(buffer.Span, SocketFlags.None, out var error);
        return error == SocketError.Success && sent == buffer.Length ? default : base.WriteAsync(buffer[sent..], cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_retired && !_headAwaited)
        {
            return 0;
        }

        if (!_behindHead.IsEmpty)
        {
            var length = Math.Min(buffer.Length, _behindHead.Length);
            _behindHead[..length].CopyTo(buffer);
            _behindHead = _behindHead[length..];
            return length;
        }

        // A read may have begun before the request was written: only now is it known what it is for.
        var read = await base.ReadAsync(buffer, cancellationToken);
        if (!_headAwaited)
        {
            return read;
        }

        var head = _head.Find(buffer.Span[..read]);
        _headAwaited = !_head.Found;
        if (head < read)
        {
            _behindHead = buffer[head..read].ToArray();
        }

        return head;
    }

    private static bool IsPlain(HttpRequestMessage request) => request.RequestUri?.Scheme == Uri.UriSchemeHttp;

    // Those two have none for GET either (RFC 9110 section 6.4.1). A body with a length has an end, but nobody can tell whether its bytes are still to come:
    // behind the next request they would be the beginning of its answer.
    private static bool HasNoBody(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
        || (response.Content.Headers.ContentLength == 0 && !EventStreamContent.Is(response));

    protected override void Dispose(bool disposing)
    {
        if (!_taken)
        {
            base.Dispose(disposing);
        }
    }
}
