namespace LoadTests.Origins;

/// <param name="Port">Of the streams, 0 for any that is free.</param>
/// <param name="Size">Bytes of an event's data.</param>
/// <param name="Tokens">Of an answer to a POST.</param>
/// <param name="AnswerLength">How long such an answer takes.</param>
internal sealed record OriginOptions(int Port, int Size, int Tokens, TimeSpan AnswerLength);
