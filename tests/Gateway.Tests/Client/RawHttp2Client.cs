using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Client;

/// <summary>
/// An HTTP/2 client on a raw socket (RFC 9113), which unlike a library's grants no more than the test says: of a window, and of reading.
/// </summary>
internal sealed class RawHttp2Client : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 1;
    private const byte Ack = 1;
    private const byte EndHeaders = 4;
    private const ushort InitialWindowSize = 4;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private RawHttp2Client()
    {
    }

    /// <param name="server">The gateway's address.</param>
    /// <param name="window">The window that every stream begins with, in bytes.</param>
    public static async Task<RawHttp2Client> ConnectAsync(IPEndPoint server, int window)
    {
        var client = new RawHttp2Client();
        await Deadline.ForAsync(client._socket.ConnectAsync(server), $"a connection to {server}");
        await client.SendAsync(Bytes.Of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        var setting = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(setting, InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(setting.AsSpan(2), window);
        await client.SendFrameAsync(Settings, 0, 0, setting);
        return client;
    }

    /// <summary>Sends a GET.</summary>
    /// <param name="stream">The stream's number: odd, and higher than the last one.</param>
    /// <param name="path">At most 127 characters.</param>
    public Task GetAsync(int stream, string path)
    {
        // RFC 7541: the names are in its static table, the values follow as they are.
        byte[] fields = [0x82, 0x86, .. Literal(0x04, path), .. Literal(0x01, "gateway")];
        return SendFrameAsync(Headers, EndStream | EndHeaders, stream, fields);
    }

    /// <summary>Allows so many bytes more on a stream; zero is the connection.</summary>
    public Task AllowAsync(int stream, int bytes)
    {
        var increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, bytes);
        return SendFrameAsync(WindowUpdate, 0, stream, increment);
    }

    /// <summary>Reads to the next piece of a body, and answers what else has to be answered on the way.</summary>
    public async Task<(int Stream, byte[] Bytes, bool End)> ReadDataAsync()
    {
        while (true)
        {
            var head = await ReadAsync(9);
            var payload = await ReadAsync((head[0] << 16) | (head[1] << 8) | head[2]);
            var (type, flags, stream) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            if (type == Data) return (stream, payload, (flags & EndStream) != 0);
            if (type is Settings or Ping && (flags & Ack) == 0) await SendFrameAsync(type, Ack, 0, type == Ping ? payload : []);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Literal(byte name, string value) => [name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private Task SendFrameAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return SendAsync([.. head, .. payload]);
    }

    private async Task SendAsync(byte[] bytes)
        => Xunit.Assert.Equal(bytes.Length, await Deadline.ForAsync(token => _socket.SendAsync(bytes, SocketFlags.None, token), "the gateway to read"));

    private async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        for (var got = 0; got < length;)
        {
            var count = await Deadline.ForAsync(token => _socket.ReceiveAsync(bytes.AsMemory(got), SocketFlags.None, token), "a frame at the HTTP/2 client");
            Xunit.Assert.True(count > 0, "The connection ended");
            got += count;
        }

        return bytes;
    }
}
