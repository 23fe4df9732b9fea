namespace SseGateway.Keeping.Reading;

/// <summary>Request feature: the id that a kept answer is asked for by. The answer itself is looked for once it is known who asks.</summary>
internal sealed record AnswerRequest(string Id);
