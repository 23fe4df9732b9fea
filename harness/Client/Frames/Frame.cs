using System.Buffers.Binary;

namespace SseGateway.Harness.Client.Frames;

/// <summary>An HTTP/2 frame (RFC 9113, section 4.1).</summary>
internal sealed record Frame(FrameType Type, int Stream, byte[] Payload, byte Flags = 0)
{
    public const int HeadBytes = 9;
    public const byte EndStream = 1;
    public const byte Acknowledgement = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte Priority = 32;

    /// <summary>A payload of one number of 32 bits.</summary>
    public static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
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
        if ((Flags & Padded) != 0 && Type is FrameType.Data or FrameType.Headers)
        {
            rest = rest[1..^rest[0]];
        }

        return (Flags & Priority) != 0 && Type == FrameType.Headers ? rest[5..] : rest;
    }
}
