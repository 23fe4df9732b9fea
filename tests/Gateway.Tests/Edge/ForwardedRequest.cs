using SseGateway.Edge.Authentication;

namespace Gateway.Tests.Edge;

/// <summary>A request as it would go to the upstream.</summary>
internal sealed record ForwardedRequest(
    string Method, string Target, string RawTarget, IReadOnlyDictionary<string, string> Headers, Caller? Caller);
