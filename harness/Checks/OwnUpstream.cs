namespace SseGateway.Harness.Checks;

/// <summary>A part of the target whose upstream is started by the case itself.</summary>
/// <param name="Url">URL or path of the target.</param>
/// <param name="Origin">Address and port that it forwards to there.</param>
internal sealed record OwnUpstream(string Url, string Origin);
