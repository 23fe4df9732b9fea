using System.Globalization;

namespace SseGateway.Harness.Scripts;

/// <summary>Where the bytes of one step are cut into writes (catalogue, section 0.6), and how the answer is carried.</summary>
/// <param name="Delivery"><c>d0</c>, <c>d1</c>, <c>d2</c>, <c>d3</c>, <c>dcr</c>, <c>dln</c> or <c>dr</c> and a seed.</param>
/// <param name="Transport">Unless the script says it.</param>
internal sealed record DeliveryProfile(string Delivery, Transport Transport)
{
    public static readonly DeliveryProfile Default = new("d0", Transport.H1c);

    /// <summary>Reads e.g. <c>d1,h1l</c>; <c>h2</c> says only what the request has to come over.</summary>
    /// <exception cref="FormatException">There is no such profile.</exception>
    public static DeliveryProfile Parse(string text)
    {
        var profile = Default;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "h2")
            {
                continue;
            }

            if (Enum.TryParse<Transport>(part, ignoreCase: true, out var transport) && !char.IsAsciiDigit(part[0]))
            {
                profile = profile with { Transport = transport };
            }
            else if (part is "d0" or "d1" or "d2" or "d3" or "dcr" or "dln"
                || (part.StartsWith("dr", StringComparison.Ordinal) && int.TryParse(part[2..], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                profile = profile with { Delivery = part };
            }
            else
            {
                throw new FormatException($"no such profile: {part}");
            }
        }

        return profile;
    }

    /// <summary>The writes that bytes become.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> bytes) => Delivery switch
    {
        "d0" => [bytes],
        "d1" => Pieces(bytes, () => 1),
        "d2" => Pieces(bytes, () => 2),
        "d3" => Pieces(bytes, () => 3),
        "dcr" => After(bytes, (b, _) => b == '\r'),
        "dln" => After(bytes, (b, next) => b == '\n' || (b == '\r' && next != '\n')),
        _ => Random(bytes, int.Parse(Delivery.AsSpan(2), CultureInfo.InvariantCulture)),
    };

    /// <summary>Pieces of 1 to 17 bytes, the same ones for a seed.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Random(ReadOnlyMemory<byte> bytes, int seed)
    {
#pragma warning disable CA5394 // Not for security: a failure has to be seen again.
        var random = new Random(seed);
        return Pieces(bytes, () => random.Next(1, 18));
#pragma warning restore CA5394
    }

    /// <summary>Pieces of given sizes, one after the other.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> bytes, Func<int> size)
    {
        while (bytes.Length > 0)
        {
            var length = Math.Min(size(), bytes.Length);
            yield return bytes[..length];
            bytes = bytes[length..];
        }
    }

    /// <summary>Pieces that end after each LF LF.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Blocks(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.Span.IndexOf("\n\n"u8);
            var length = end < 0 ? bytes.Length : end + 2;
            yield return bytes[..length];
            bytes = bytes[length..];
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> After(ReadOnlyMemory<byte> bytes, Func<byte, int, bool> cutsAfter)
    {
        var start = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (cutsAfter(bytes.Span[i], i + 1 < bytes.Length ? bytes.Span[i + 1] : -1))
            {
                yield return bytes[start..(i + 1)];
                start = i + 1;
            }
        }

        if (start < bytes.Length)
        {
            yield return bytes[start..];
        }
    }
}
