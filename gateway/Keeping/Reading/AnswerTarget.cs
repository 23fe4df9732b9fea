namespace SseGateway.Keeping.Reading;

/// <summary>Request feature: which kept answer a request is about.</summary>
/// <param name="Answer">Null when there is none with the id that was given.</param>
internal sealed record AnswerTarget(KeptAnswer? Answer);
