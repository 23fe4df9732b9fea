using System.Buffers.Binary;

namespace Gateway.Tests.Wire;

/// <summary>A frame as it is on the wire (RFC 9113 section 4.1).</summary>
internal sealed record Http2Frame(Http2FrameType Type, int Stream, byte[] Payload, byte Flags = 0)
{
    public const int HeadBytes = 9;

    /// <summary>The flag that ends a stream, of DATA and HEADERS.</summary>
    public const byte EndStream = 1;

    /// <summary>Of SETTINGS and PING.</summary>
    public const byte Acknowledgement = 1;

    public const byte EndHeaders = 4;

    /// <summary>The error code of RST_STREAM and GOAWAY.</summary>
    public int ErrorCode => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(Type == Http2FrameType.GoAway ? 4 : 0));

    /// <summary>RST_STREAM with CANCEL.</summary>
    public static Http2Frame Cancel(int stream) => new(Http2FrameType.RstStream, stream, [0, 0, 0, 8]);

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8 | (byte)Type);
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeadBytes);
        return bytes;
    }

    /// <summary>Reads the head and says how long the payload is that follows.</summary>
    public static (Http2Frame Frame, int Length) ParseHead(ReadOnlySpan<byte> head)
        => (new Http2Frame((Http2FrameType)head[3], BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue, [], head[4]),
            BinaryPrimitives.ReadInt32BigEndian(head) >> 8 & 0xffffff);
}
