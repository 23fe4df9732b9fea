namespace SseGateway.Harness.Checks;

/// <summary>What is spoken on both sides of the target.</summary>
/// <param name="Name">Client's first, e.g. <c>h2-h1</c>.</param>
/// <param name="Url">Where the target speaks it; null where it has not said so.</param>
/// <param name="ClientIsHttp2">What the checker speaks.</param>
/// <param name="OriginIsHttp2">What the target has to speak to the origin.</param>
internal sealed record ProtocolPair(string Name, Uri? Url, bool ClientIsHttp2, bool OriginIsHttp2);
