namespace SseGateway.Streams.Dialects.Errors;

/// <summary>What a stream and its request have shown, as far as an error frame needs it.</summary>
/// <param name="Sequence">The last number of a numbered event; null when there was none.</param>
/// <param name="RequestId">The JSON-RPC id that was asked with, as it stood in the request; null when it is not known.</param>
internal readonly record struct StreamProgress(long? Sequence = null, ReadOnlyMemory<byte>? RequestId = null);
