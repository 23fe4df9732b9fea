using System.Text;

namespace LoadTests.Clients.Http2;

/// <summary>
/// Reads the field block of an answer (RFC 7541) from a server that was told to keep no table: it says everything anew, or by a number of the
/// static table.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> block)
{
    private const int FirstStatus = 8;

    private static readonly string[] Statuses = ["200", "204", "206", "304", "400", "404", "500"];

    // From number 1. The values that some of them have beside that are of no interest here, but those of :status.
    private static readonly string[] Names =
    [
        ":authority", ":method", ":method", ":path", ":path", ":scheme", ":scheme", ":status", ":status", ":status", ":status", ":status", ":status",
        ":status", "accept-charset", "accept-encoding", "accept-language", "accept-ranges", "accept", "access-control-allow-origin", "age", "allow",
        "authorization", "cache-control", "content-disposition", "content-encoding", "content-language", "content-length", "content-location",
        "content-range", "content-type", "cookie", "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match",
        "if-range", "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization", "range",
        "referer", "refresh", "retry-after", "server", "set-cookie", "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via",
        "www-authenticate",
    ];

    private ReadOnlySpan<byte> _rest = block;

    /// <summary>The head, as one of HTTP/1.1 would be written.</summary>
    /// <exception cref="InvalidDataException">It is malformed, or refers to a table that there must not be.</exception>
    public static ResponseHead ReadHead(ReadOnlySpan<byte> block)
    {
        var reader = new FieldReader(block);
        var (status, fields) = ("0", new StringBuilder());
        while (reader.TryRead(out var name, out var value))
        {
            if (name == ":status")
            {
                status = value;
            }
            else
            {
                fields.Append("\r\n").Append(name).Append(": ").Append(value);
            }
        }

        return new ResponseHead($"HTTP/2 {status}{fields}");
    }

    private bool TryRead(out string name, out string value)
    {
        while (!_rest.IsEmpty && (_rest[0] & 0b1110_0000) == 0b0010_0000)
        {
            // The size of the table, which is none.
            Number(5);
        }

        if (_rest.IsEmpty)
        {
            (name, value) = ("", "");
            return false;
        }

        if ((_rest[0] & 0b1000_0000) != 0)
        {
            var index = Number(7);
            (name, value) = (Name(index), index >= FirstStatus && index < FirstStatus + Statuses.Length ? Statuses[index - FirstStatus] : "");
            return true;
        }

        var known = Number((_rest[0] & 0b0100_0000) != 0 ? 6 : 4);
        name = known == 0 ? Text() : Name(known);
        value = Text();
        return true;
    }

    private static string Name(int index) =>
        index >= 1 && index <= Names.Length ? Names[index - 1] : throw new InvalidDataException($"A field refers to number {index} of a table.");

    // Section 5.1.
    private int Number(int bits)
    {
        var most = (1 << bits) - 1;
        var number = Next() & most;
        if (number < most)
        {
            return number;
        }

        for (var shift = 0; shift <= 21; shift += 7)
        {
            var next = Next();
            number += (next & 127) << shift;
            if (next < 128)
            {
                return number;
            }
        }

        throw new InvalidDataException("A number in the head of an answer is too large.");
    }

    private string Text()
    {
        var packed = !_rest.IsEmpty && (_rest[0] & 128) != 0;
        var length = Number(7);
        if (length > _rest.Length)
        {
            throw new InvalidDataException("The head of an answer ends within a field.");
        }

        var bytes = _rest[..length];
        _rest = _rest[length..];
        return packed ? HuffmanText.Decode(bytes) : Encoding.Latin1.GetString(bytes);
    }

    private byte Next()
    {
        var next = _rest.IsEmpty ? throw new InvalidDataException("The head of an answer ends within a field.") : _rest[0];
        _rest = _rest[1..];
        return next;
    }
}
