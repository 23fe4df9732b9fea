using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Streams.Endings;

/// <summary>Tells YARP's passive health checks how a stream came to its end; they look at this feature alone.</summary>
internal sealed record ForwardingError(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
