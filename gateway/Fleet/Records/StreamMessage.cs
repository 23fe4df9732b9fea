using System.Buffers.Binary;

namespace SseGateway.Fleet.Records;

/// <summary>What is said on a stream's channel: entries as they are appended, that the lease is free, or that the upstream has given no stream.</summary>
internal static class StreamMessage
{
    public const byte Entries = (byte)'E';
    public const byte Released = (byte)'R';
    public const byte Refused = (byte)'X';

    private const int HeadBytes = 1 + 8 + 8 + 8;

    /// <summary>What stands before entries, each of which has its length before it, in four bytes.</summary>
    /// <param name="first">The id of the first one.</param>
    /// <param name="since">When that was there to be appended.</param>
    public static byte[] Head(EntryId first, DateTimeOffset since)
    {
        var head = new byte[HeadBytes];
        head[0] = Entries;
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(1), first.Generation);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(9), first.Number);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(17), since.UtcTicks);
        return head;
    }

    /// <summary>Takes a message with entries apart.</summary>
    /// <returns>The id of the first one, when that was there to be appended, and all of them; none when it is no such message.</returns>
    public static (EntryId First, DateTimeOffset Since, List<ReadOnlyMemory<byte>> Records) ReadEntries(ReadOnlyMemory<byte> message)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        if (message.Length < HeadBytes)
        {
            return (default, default, records);
        }

        var first = new EntryId(BinaryPrimitives.ReadInt64BigEndian(message.Span[1..]), BinaryPrimitives.ReadInt64BigEndian(message.Span[9..]));
        var rest = message[HeadBytes..];
        while (rest.Length >= 4)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(rest.Span), (uint)(rest.Length - 4));
            records.Add(rest.Slice(4, length));
            rest = rest[(4 + length)..];
        }

        var since = Math.Clamp(BinaryPrimitives.ReadInt64BigEndian(message.Span[17..]), 0, DateTimeOffset.MaxValue.UtcTicks);
        return (first, new DateTimeOffset(since, TimeSpan.Zero), records);
    }
}
