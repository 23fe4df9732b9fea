namespace SseGateway.Keeping.Reading;

/// <summary>Request feature: which kept answer a request is about.</summary>
/// <param name="Answer">Null when there is none with the id that was given.</param>
/// <param name="Node">Another gateway that has it, or has had it; null for none.</param>
internal sealed record AnswerTarget(KeptAnswer? Answer, string? Node);
