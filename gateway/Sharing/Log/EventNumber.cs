using System.Buffers.Text;

namespace SseGateway.Sharing.Log;

/// <summary>Ids that are decimal numbers, of up to 18 digits, without sign and leading zeros.</summary>
internal static class EventNumber
{
    public static bool TryParse(ReadOnlySpan<byte> id, out long number)
    {
        number = -1;
        return id.Length is > 0 and <= 18
            && !id.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (id.Length == 1 || id[0] != '0')
            && Utf8Parser.TryParse(id, out number, out _);
    }
}
