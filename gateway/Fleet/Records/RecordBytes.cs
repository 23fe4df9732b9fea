namespace SseGateway.Fleet.Records;

/// <summary>Reads what <see cref="RecordWriter"/> has written. What ends too early reads as zeros: another version may have written it.</summary>
internal ref struct RecordBytes(ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public byte Byte()
    {
        if (Rest.IsEmpty)
        {
            return 0;
        }

        var first = Rest[0];
        Rest = Rest[1..];
        return first;
    }

    public ulong Number()
    {
        var (number, shift) = (0UL, 0);
        while (!Rest.IsEmpty && shift < 64)
        {
            var next = Byte();
            number |= (ulong)(next & 0x7f) << shift;
            shift += 7;
            if (next < 0x80)
            {
                break;
            }
        }

        return number;
    }

    /// <summary>A number that a bound is known for.</summary>
    public int Number(int most) => (int)Math.Min(Number(), (ulong)most);

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Number(Rest.Length);
        length = Math.Min(length, Rest.Length);
        var bytes = Rest[..length];
        Rest = Rest[length..];
        return bytes;
    }
}
