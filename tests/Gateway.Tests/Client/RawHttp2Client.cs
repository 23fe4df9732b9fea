using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Tests.Wire;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Client;

/// <summary>
/// A client that writes HTTP/2 frames one by one, also such as no client library sends. It reads frames, but no header compression: that a
/// request was served is for an ordinary client to see, or for the upstream.
/// </summary>
internal sealed class RawHttp2Client : IDisposable
{
    // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 section 6.5.2).
    private static readonly byte[] InitialWindow = [0, 4];

    private readonly Stream _stream;

    private RawHttp2Client(Stream stream) => _stream = stream;

    /// <summary>Connects and sends the preface and its settings (RFC 9113 section 3.4).</summary>
    /// <param name="server">The gateway's address.</param>
    /// <param name="window">The window that every stream begins with, in bytes; null for the default.</param>
    /// <param name="tls">Has TLS below it; null for none.</param>
    public static async Task<RawHttp2Client> ConnectAsync(IPEndPoint server, int? window = null, SslClientAuthenticationOptions? tls = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Deadline.ForAsync(socket.ConnectAsync(server), $"a connection to {server}");
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                var encrypted = new SslStream(stream);
                tls.ApplicationProtocols = [SslApplicationProtocol.Http2];
                await encrypted.AuthenticateAsClientAsync(tls, Xunit.TestContext.Current.CancellationToken);
                stream = encrypted;
            }

            var client = new RawHttp2Client(stream);
            await client.SendAsync(Bytes.Exactly("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            await client.SendAsync(new Http2Frame(Http2FrameType.Settings, 0, window is { } bytes ? [.. InitialWindow, .. Http2Frame.Number(bytes)] : []));
            return client;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>HEADERS of a whole request: its pseudo-header fields, then the given fields, names and values as they are.</summary>
    public static Http2Frame Headers(int stream, string method, string path, bool endStream, params (string Name, string Value)[] fields) =>
        Headers(stream, method, path, endStream, "http", fields);

    /// <summary>The same with a scheme of the test's.</summary>
    public static Http2Frame Headers(int stream, string method, string path, bool endStream, string scheme, (string Name, string Value)[] fields)
    {
        (string, string)[] all = [(":method", method), (":scheme", scheme), (":path", path), (":authority", "gateway"), .. fields];
        return new Http2Frame(
            Http2FrameType.Headers, stream, FieldBlock.Write(all), (byte)(Http2Frame.EndHeaders | (endStream ? Http2Frame.EndStream : 0)));
    }

    /// <summary>Sends a GET.</summary>
    /// <param name="stream">The stream's number: odd, and higher than the last one.</param>
    /// <param name="path">The path and query.</param>
    public Task GetAsync(int stream, string path) => SendAsync(Headers(stream, "GET", path, endStream: true));

    /// <summary>Allows so many bytes more on a stream; zero is the connection.</summary>
    public Task AllowAsync(int stream, int bytes) => SendAsync(new Http2Frame(Http2FrameType.WindowUpdate, stream, Http2Frame.Number(bytes)));

    /// <summary>Reads to the next piece of a body, and answers what else has to be answered on the way.</summary>
    public async Task<(int Stream, byte[] Bytes, bool End)> ReadDataAsync()
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == Http2FrameType.Data) return (frame.Stream, frame.Payload, (frame.Flags & Http2Frame.EndStream) != 0);
            if (frame.Type is Http2FrameType.Settings or Http2FrameType.Ping && (frame.Flags & Http2Frame.Acknowledgement) == 0)
            {
                await SendAsync(new Http2Frame(frame.Type, 0, frame.Type == Http2FrameType.Ping ? frame.Payload : [], Http2Frame.Acknowledgement));
            }
        }

        throw new IOException("The connection ended.");
    }

    public Task SendAsync(Http2Frame frame) => SendAsync(frame.ToBytes());

    public Task SendAsync(byte[] bytes)
        => Deadline.ForAsync(
            async token =>
            {
                await _stream.WriteAsync(bytes, token);
                return true;
            },
            "the gateway to read frames");

    /// <summary>Sends frames as long as the server takes them; a server that has had enough is not an error.</summary>
    /// <returns>Whether all were taken.</returns>
    public async Task<bool> SendWhatIsTakenAsync(IEnumerable<Http2Frame> frames)
    {
        try
        {
            foreach (var batch in frames.Chunk(100)) await SendAsync([.. batch.SelectMany(frame => frame.ToBytes())]);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The next frame; null when the server has closed or reset the connection.</summary>
    public async Task<Http2Frame?> ReadAsync()
        => await Deadline.ForAsync(
            async token =>
            {
                try
                {
                    return await Http2Frame.ReadAsync(_stream, token);
                }
                catch (IOException)
                {
                    return null;
                }
            },
            "a frame from the gateway");

    /// <summary>Reads on to a frame of this kind; null when the connection ends first.</summary>
    public async Task<Http2Frame?> ReadToAsync(Func<Http2Frame, bool> wanted)
    {
        while (await ReadAsync() is { } frame)
        {
            if (wanted(frame)) return frame;
        }
        return null;
    }

    public void Dispose() => _stream.Dispose();
}
