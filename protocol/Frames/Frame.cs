namespace SseGateway.Protocol;

/// <summary>
/// One block of an event stream, as slices of the bytes that were given to <see cref="FrameScanner.TryRead"/>; valid as long as those are.
/// </summary>
/// <remarks>All values are the stream's bytes: UTF-8 that may be malformed, to be decoded with replacement (HTML Standard, 9.2.6).</remarks>
public ref struct Frame
{
    // Not readonly for WholeFrame, which fills them in where they are.
    internal FrameFields Fields;
    internal ReadOnlySpan<byte> Block;

    internal Frame(ReadOnlySpan<byte> block, scoped in FrameFields fields)
    {
        Block = block;
        Fields = fields;
    }

    /// <summary>
    /// The whole block, up to and including the blank line that ends it. After a blank line that ends in CR its LF is missing when it had not
    /// arrived yet. With <c>skipIgnored</c> it begins with the first field that counts.
    /// </summary>
    public readonly ReadOnlySpan<byte> Bytes => Block;

    /// <summary>True when the block has a data line, and so is dispatched as an event. A block without is not, but its id still counts.</summary>
    public readonly bool IsEvent => Fields.DataLines > 0;

    /// <summary>The value of the last <c>event</c> line; empty for none, which means <c>message</c>.</summary>
    public readonly ReadOnlySpan<byte> Type => Bytes.Slice(Fields.TypeStart, Fields.TypeLength);

    /// <summary>True when the block sets the last event id, also to the empty one. To be obeyed for every block, event or not.</summary>
    public readonly bool HasId => Fields.HasId;

    /// <summary>The value of the last <c>id</c> line without NUL; empty for none, see <see cref="HasId"/>.</summary>
    public readonly ReadOnlySpan<byte> Id => Bytes.Slice(Fields.IdStart, Fields.IdLength);

    /// <summary>The value of the last valid <c>retry</c> line in milliseconds, capped at <see cref="int.MaxValue"/>; null for none.</summary>
    public readonly int? RetryMilliseconds => Fields.HasRetry ? Fields.Retry : null;

    /// <summary>How many data lines the block has.</summary>
    public readonly int DataLineCount => Fields.DataLines;

    /// <summary>The length of the data in bytes, its lines joined by one LF each.</summary>
    public readonly int DataLength => Fields.DataLength;

    /// <summary>The data lines, in order.</summary>
    public readonly DataLines DataLines => new(Bytes[Fields.DataStart..], Fields.DataLines);

    /// <summary>The data as one slice, without a copy, when it is one line or none.</summary>
    /// <param name="data">The data; empty when there are several lines.</param>
    /// <returns>False when there are several lines: use <see cref="CopyDataTo"/> or <see cref="DataLines"/>.</returns>
    public readonly bool TryGetData(out ReadOnlySpan<byte> data)
    {
        var single = Fields.DataLines <= 1;
        data = single ? Bytes.Slice(Fields.DataStart, Fields.FirstDataLength) : default;
        return single;
    }

    /// <summary>Copies the data, its lines joined by one LF each.</summary>
    /// <param name="target">At least <see cref="DataLength"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public readonly void CopyDataTo(Span<byte> target)
    {
        if (target.Length < DataLength)
            throw new ArgumentException($"The data needs {DataLength} bytes, the target has {target.Length}.", nameof(target));
        var first = true;
        foreach (var line in DataLines)
        {
            if (!first)
            {
                target[0] = (byte)'\n';
                target = target[1..];
            }
            first = false;
            line.CopyTo(target);
            target = target[line.Length..];
        }
    }
}
