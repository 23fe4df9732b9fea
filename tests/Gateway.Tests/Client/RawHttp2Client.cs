using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Client;

/// <summary>
/// A client that writes HTTP/2 frames one by one, also such as no client library sends. It reads frames, but no header compression: that a
/// request was served is for an ordinary client to see, or for the upstream.
/// </summary>
internal sealed class RawHttp2Client : IDisposable
{
    private readonly NetworkStream _stream;

    private RawHttp2Client(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Connects and sends the preface and its settings (RFC 9113 section 3.4).</summary>
    /// <param name="server">The gateway's address.</param>
    /// <param name="window">The window that every stream begins with, in bytes; null for the default.</param>
    public static async Task<RawHttp2Client> ConnectAsync(IPEndPoint server, int? window = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Deadline.ForAsync(socket.ConnectAsync(server), $"a connection to {server}");
            var client = new RawHttp2Client(socket);
            await client.SendAsync(Bytes.Of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            await client.SendAsync(new Http2Frame(Http2FrameType.Settings, 0, window is { } bytes ? InitialWindow(bytes) : []));
            return client;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>HEADERS of a whole request: its pseudo-header fields, then the given fields, names and values as they are.</summary>
    public static Http2Frame Headers(int stream, string method, string path, bool endStream, params (string Name, string Value)[] fields)
    {
        (string, string)[] all = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "gateway"), .. fields];
        byte[] block = [.. all.SelectMany(field => Literal(field.Item1, field.Item2))];
        return new Http2Frame(Http2FrameType.Headers, stream, block, (byte)(Http2Frame.EndHeaders | (endStream ? Http2Frame.EndStream : 0)));
    }

    /// <summary>Sends a GET.</summary>
    /// <param name="stream">The stream's number: odd, and higher than the last one.</param>
    /// <param name="path">The path and query.</param>
    public Task GetAsync(int stream, string path) => SendAsync(Headers(stream, "GET", path, endStream: true));

    /// <summary>Allows so many bytes more on a stream; zero is the connection.</summary>
    public Task AllowAsync(int stream, int bytes)
    {
        var increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, bytes);
        return SendAsync(new Http2Frame(Http2FrameType.WindowUpdate, stream, increment));
    }

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

    /// <summary>A literal field without indexing (RFC 7541 section 6.2.2): the bytes of a name and a value, one char per byte.</summary>
    public static byte[] Literal(string name, string value)
    {
        return [0, .. Text(name), .. Text(value)];

        static byte[] Text(string text) => text.Length < 127
            ? [(byte)text.Length, .. Bytes.Of(text)]
            : text.Length - 127 is var rest and < 16_384
                ? [127, (byte)(rest & 127 | 128), (byte)(rest >> 7), .. Bytes.Of(text)]
                : throw new ArgumentException("too long for this encoder", nameof(text));
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
                    var head = new byte[Http2Frame.HeadBytes];
                    await _stream.ReadExactlyAsync(head, token);
                    var (frame, length) = Http2Frame.ParseHead(head);
                    var payload = new byte[length];
                    await _stream.ReadExactlyAsync(payload, token);
                    return frame with { Payload = payload };
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

    private static byte[] InitialWindow(int bytes)
    {
        // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 section 6.5.2).
        var setting = new byte[] { 0, 4, 0, 0, 0, 0 };
        BinaryPrimitives.WriteInt32BigEndian(setting.AsSpan(2), bytes);
        return setting;
    }
}
