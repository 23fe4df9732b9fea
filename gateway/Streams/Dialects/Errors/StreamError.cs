namespace SseGateway.Streams.Dialects.Errors;

/// <summary>What the gateway has to say of a stream that it ends, or does not begin.</summary>
/// <param name="Code">A word for programs, <c>gateway_</c> and the reason.</param>
/// <param name="Message">A sentence for whoever reads the SDK's error; names no address.</param>
internal readonly record struct StreamError(string Code, string Message);
