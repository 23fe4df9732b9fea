namespace SseGateway.Protocol;

/// <summary>Where the fields of a block lie, counted from its first byte; what the scanner keeps between calls.</summary>
internal struct FrameFields
{
    public int TypeStart;
    public int TypeLength;
    public int IdStart;
    public int IdLength;
    public bool HasId;
    public bool HasRetry;
    public int Retry;
    public int DataStart;
    // Of the first data line only; the further ones are found again when they are asked for.
    public int FirstDataLength;
    public int DataLines;
    // Of all lines, joined by one byte each.
    public int DataLength;

    // A type alone dispatches nothing, and a retry took effect when its line was read.
    public readonly bool MatterAtTheEnd => DataLines > 0 || HasId;

    /// <summary>Takes a line of the block into account.</summary>
    /// <param name="name">The field of the line.</param>
    /// <param name="value">Its value.</param>
    /// <param name="start">Where the value lies.</param>
    /// <param name="retry">Set by a valid <c>retry</c>.</param>
    public void Take(FieldName name, ReadOnlySpan<byte> value, int start, ref int? retry)
    {
        switch (name)
        {
            case FieldName.Data:
                TakeData(start, value.Length);
                break;
            case FieldName.Event:
                TakeType(start, value.Length);
                break;
            case FieldName.Id when !value.Contains((byte)0):
                TakeId(start, value.Length);
                break;
            case FieldName.Retry when FieldLine.ParseRetry(value) is >= 0 and var milliseconds:
                HasRetry = true;
                Retry = milliseconds;
                retry = milliseconds;
                break;
        }
    }

    public void TakeData(int start, int length)
    {
        if (DataLines++ == 0)
        {
            DataStart = start;
            FirstDataLength = DataLength = length;
        }
        else
        {
            DataLength += 1 + length;
        }
    }

    public void TakeType(int start, int length)
    {
        TypeStart = start;
        TypeLength = length;
    }

    /// <param name="start">Where the id lies.</param>
    /// <param name="length">Its length. It has no NUL, with which it would be ignored.</param>
    public void TakeId(int start, int length)
    {
        HasId = true;
        IdStart = start;
        IdLength = length;
    }
}
