using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SseGateway.Streams.Limits;

/// <summary>
/// A client address as the limits see it: IPv4 exactly, IPv6 by its /64, since one subscriber owns at least that much and could
/// use another address for every connection.
/// </summary>
internal readonly record struct AddressKey
{
    private const ulong MappedPrefix = 0xffff_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    private AddressKey(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The same text for the same key, in any process.</summary>
    public override string ToString() => $"{_high:x16}{_low:x16}";

    /// <summary>The key of an address; null (a Unix socket) has a key of its own that all such clients share.</summary>
    public static AddressKey Of(IPAddress? address)
    {
        if (address is null)
        {
            return new AddressKey(0, 1);
        }

        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var written))
        {
            throw new ArgumentException("An address of more than 16 bytes.", nameof(address));
        }

        if (address.AddressFamily == AddressFamily.InterNetwork && written == 4)
        {
            return new AddressKey(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        // ::ffff:a.b.c.d is the same client as a.b.c.d, seen through a dual-stack socket.
        return address.IsIPv4MappedToIPv6
            ? new AddressKey(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new AddressKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), 0);
    }
}
