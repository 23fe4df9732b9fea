namespace SseGateway.Protocol;

/// <summary>One line of a block, taken apart as the HTML Standard, 9.2.6, says: case-sensitive names, the first colon, one leading space.</summary>
internal static class FieldLine
{
    // "event" and "retry", and the colon after them.
    private const int LongestName = 6;

    /// <param name="line">A whole line that is not empty, without its line end.</param>
    /// <param name="valueStart">Where the value begins; the end of the line for a line without a colon.</param>
    public static FieldName Parse(ReadOnlySpan<byte> line, out int valueStart)
    {
        var (name, length) = (char)line[0] switch
        {
            'd' when line.StartsWith("data"u8) => (FieldName.Data, 4),
            'i' when line.StartsWith("id"u8) => (FieldName.Id, 2),
            'e' when line.StartsWith("event"u8) => (FieldName.Event, 5),
            'r' when line.StartsWith("retry"u8) => (FieldName.Retry, 5),
            _ => (FieldName.Ignored, 0),
        };
        valueStart = length;
        if (line.Length == length || name is FieldName.Ignored)
            return name;
        if (line[length] != ':')
            return FieldName.Ignored;
        valueStart = length + 1;
        if (line.Length > valueStart && line[valueStart] == ' ')
            valueStart++;
        return name;
    }

    /// <summary>True when no continuation can make the line a field that matters.</summary>
    /// <param name="start">The first bytes of a line, at least one.</param>
    public static bool IsIgnoredForSure(ReadOnlySpan<byte> start)
    {
        if (start.Length >= LongestName)
            return Parse(start, out _) is FieldName.Ignored;
        return !(Begins(start, "data:"u8) || Begins(start, "id:"u8) || Begins(start, "event:"u8) || Begins(start, "retry:"u8));
    }

    /// <summary>The value in milliseconds, at most <see cref="int.MaxValue"/>; -1 when it is not ASCII digits only.</summary>
    public static int ParseRetry(ReadOnlySpan<byte> value)
    {
        // The standard does not say what an empty value means ("consists of only digits" is vacuously true); WPT only asks that it does no harm.
        if (value.IsEmpty)
            return -1;
        var milliseconds = 0L;
        foreach (var digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            milliseconds = Math.Min(milliseconds * 10 + (digit - '0'), int.MaxValue);
        }
        return (int)milliseconds;
    }

    private static bool Begins(ReadOnlySpan<byte> start, ReadOnlySpan<byte> field) =>
        start.Length <= field.Length ? field.StartsWith(start) : start.StartsWith(field);
}
