using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client.Frames;

/// <summary>Field blocks (RFC 7541) as far as raw cases need them: any field can be written, of an answer only its status is read.</summary>
internal static class FieldBlock
{
    private static readonly string[] StaticStatuses = ["200", "204", "206", "304", "400", "404", "500"];

    /// <summary>Literals without indexing and without Huffman, names and values as they are, one character a byte.</summary>
    public static byte[] Write(IEnumerable<(string Name, string Value)> fields) =>
        [.. fields.SelectMany(field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])];

    /// <summary>The status of a block whose encoder has no dynamic table, in which it is the first field; 0 when it is not.</summary>
    public static int ReadStatus(ReadOnlySpan<byte> block)
    {
        while (block is [>= 0x20 and < 0x40, ..])
        {
            // A new size of the dynamic table.
            block = block[(block[0] == 0x3F ? 2 : 1)..];
        }

        return block switch
        {
            [>= 0x88 and <= 0x8E and var indexed, ..] => int.Parse(StaticStatuses[indexed - 0x88], null),
            [>= 0x48 and <= 0x4E or >= 0x08 and <= 0x0E, 3, var a, var b, var c, ..] => ((a - '0') * 100) + ((b - '0') * 10) + c - '0',
            [>= 0x48 and <= 0x4E or >= 0x08 and <= 0x0E, 0x82, var high, var low, ..] => Digits((uint)((high << 8) | low), 16),
            [>= 0x48 and <= 0x4E or >= 0x08 and <= 0x0E, 0x83, var high, var middle, var low, ..] => Digits((uint)((high << 16) | (middle << 8) | low), 24),
            _ => 0,
        };
    }

    // Huffman codes of digits: 0 to 2 are 00000 to 00010, 3 to 9 are 011001 to 011111 (RFC 7541, appendix B).
    private static int Digits(uint bits, int left)
    {
        var number = 0;
        for (var i = 0; i < 3; i++)
        {
            var five = (bits >> (left - 5)) & 31;
            if (five <= 2)
            {
                (number, left) = ((number * 10) + (int)five, left - 5);
                continue;
            }

            var six = left >= 6 ? (bits >> (left - 6)) & 63 : 0;
            if (six is < 25 or > 31)
            {
                return 0;
            }

            (number, left) = ((number * 10) + (int)(six - 22), left - 6);
        }

        return number;
    }

    private static byte[] Text(string text)
    {
        var bytes = Bytes.Of(text);
        if (bytes.Length < 127)
        {
            return [(byte)bytes.Length, .. bytes];
        }

        var length = new List<byte> { 127 };
        var rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7)
        {
            length.Add((byte)((rest & 127) | 128));
        }

        length.Add((byte)rest);
        return [.. length, .. bytes];
    }
}
