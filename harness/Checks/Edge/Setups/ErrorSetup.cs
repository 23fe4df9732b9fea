namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A request that the target answers with an error by itself. The upstream, if it is asked, stays silent.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Url">To which the path of the case is added.</param>
/// <param name="Method">Of the request.</param>
/// <param name="BodyBytes">How long a body is sent.</param>
internal sealed record ErrorSetup(int Status, Uri Url, string Method = "GET", int BodyBytes = 0);
