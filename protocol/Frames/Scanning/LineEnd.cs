namespace SseGateway.Protocol;

/// <summary>What ends a line of an event stream (HTML Standard, 9.2.5). All three mean the same to a reader that keeps to it.</summary>
public enum LineEnd : byte
{
    /// <summary>LF: what most services send.</summary>
    LineFeed,

    /// <summary>CR alone.</summary>
    CarriageReturn,

    /// <summary>CR and LF.</summary>
    CarriageReturnLineFeed,
}
