namespace SseGateway.Sharing.Upstream;

/// <summary>A gateway behind this one has refused the stream within one (<c>gateway.refused</c>), as it does for browsers.</summary>
internal sealed class GatewayRefusedException() : IOException("A gateway behind has refused the stream");
