using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Relay;

/// <summary>Tells YARP's passive health checks how a relayed body ended; they look at this feature alone.</summary>
internal sealed record RelayError(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
