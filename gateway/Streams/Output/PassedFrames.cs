namespace SseGateway.Streams.Output;

/// <summary>One write to a client: when, and how much. Never what.</summary>
/// <param name="At">On the streams' clock.</param>
/// <param name="Frames">That came to their end in it; 0 for a part of one, and for what the gateway has put in itself, such as a heartbeat.</param>
/// <param name="Bytes">Of the body.</param>
internal readonly record struct PassedFrames(TimeSpan At, int Frames, int Bytes);
