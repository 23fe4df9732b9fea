using System.Buffers.Binary;

namespace SseGateway.Harness.Client.Frames;

/// <summary>An HTTP/2 frame (RFC 9113, section 4.1).</summary>
internal sealed record Http2Frame(Http2FrameType Type, int Stream, byte[] Payload, byte Flags = 0)
{
    private const int HeadBytes = 9;

    /// <summary>The flag that ends a stream, of DATA and HEADERS.</summary>
    public const byte EndStream = 1;

    /// <summary>Of SETTINGS and PING.</summary>
    public const byte Acknowledgement = 1;

    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte Priority = 32;

    /// <summary>The error code of RST_STREAM and GOAWAY.</summary>
    public int ErrorCode => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(Type == Http2FrameType.GoAway ? 4 : 0));

    /// <summary>Of SETTINGS: the value with this number; null when it is not there.</summary>
    public int? Setting(int number)
    {
        for (var at = 0; at + 6 <= Payload.Length; at += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(Payload.AsSpan(at)) == number)
            {
                return (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(at + 2)), int.MaxValue);
            }
        }

        return null;
    }

    /// <summary>RST_STREAM with CANCEL.</summary>
    public static Http2Frame Cancel(int stream) => new(Http2FrameType.RstStream, stream, Number(8));

    /// <summary>A payload of one number of 32 bits.</summary>
    public static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Reads the next one.</summary>
    /// <exception cref="EndOfStreamException">The peer has closed.</exception>
    public static async Task<Http2Frame> ReadAsync(Stream connection, CancellationToken cancellation)
    {
        var head = new byte[HeadBytes];
        await connection.ReadExactlyAsync(head, cancellation);
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await connection.ReadExactlyAsync(payload, cancellation);
        return new Http2Frame((Http2FrameType)head[3], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload, head[4]);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8);
        bytes[3] = (byte)Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeadBytes);
        return bytes;
    }

    /// <summary>The payload without padding and priority.</summary>
    public ReadOnlySpan<byte> Content()
    {
        ReadOnlySpan<byte> rest = Payload;
        if ((Flags & Padded) != 0 && Type is Http2FrameType.Data or Http2FrameType.Headers)
        {
            rest = rest[1..^rest[0]];
        }

        return (Flags & Priority) != 0 && Type == Http2FrameType.Headers ? rest[5..] : rest;
    }
}
