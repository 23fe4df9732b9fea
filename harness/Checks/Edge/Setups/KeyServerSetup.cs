namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A route whose keys come from an OpenID provider, which the harness plays.</summary>
/// <param name="Url">The route.</param>
/// <param name="Provider">The provider's address, which is the issuer too; the harness listens there, for <c>/.well-known/openid-configuration</c>.</param>
internal sealed record KeyServerSetup(Uri Url, Uri Provider);
