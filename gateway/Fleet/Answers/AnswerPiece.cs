namespace SseGateway.Fleet.Answers;

/// <summary>Frames of a kept answer that are one entry in the store.</summary>
/// <param name="Next">The number after the last one.</param>
/// <param name="Frames">How many.</param>
/// <param name="Bytes">Each as a record of the log.</param>
internal readonly record struct AnswerPiece(long Next, int Frames, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The number of the first one.</summary>
    public long First => Next - Frames;
}
