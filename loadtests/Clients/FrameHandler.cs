using SseGateway.Protocol;

namespace LoadTests.Clients;

/// <summary>Takes a frame, whose bytes are valid for the length of the call.</summary>
internal delegate void FrameHandler(Frame frame);
