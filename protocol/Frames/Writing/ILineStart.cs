namespace SseGateway.Protocol;

/// <summary>What stands before each line of a field that may have several, as eight bytes that are stored at once; those behind do not count.</summary>
/// <remarks>Constants of a type, and not values: the compiler makes code of its own for each field, with the stores in it.</remarks>
internal interface ILineStart
{
    /// <summary>The field's name, colon and space, and anything behind them.</summary>
    static abstract ulong First { get; }

    /// <summary>The same behind the LF of the line before.</summary>
    static abstract ulong Next { get; }

    /// <summary>How many bytes of <see cref="First"/> count, at most six; before an empty line one less: the space is left out.</summary>
    static abstract int Length { get; }
}
