namespace LoadTests.Scenarios.Tokens;

/// <summary>What happens to answers beside being read.</summary>
/// <param name="Keep">True when the gateway keeps them (<c>Keep:Enabled</c>).</param>
/// <param name="Leaving">Share of the clients, 0 to 1, that leave in the middle of their answer and come back for the rest.</param>
internal sealed record TokensOptions(bool Keep, double Leaving);
