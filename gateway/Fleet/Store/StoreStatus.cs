namespace SseGateway.Fleet.Store;

/// <summary>Whether the store answers.</summary>
/// <param name="IsHere">True when it does.</param>
/// <param name="Since">Since when, on the store's clock.</param>
/// <param name="Reason">Why it does not; empty when it does, and at first, when nobody knows yet.</param>
/// <param name="HasBeenHere">False when it has never answered.</param>
internal sealed record StoreStatus(bool IsHere, TimeSpan Since, string Reason, bool HasBeenHere);
