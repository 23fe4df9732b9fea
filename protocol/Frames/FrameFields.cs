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
}
