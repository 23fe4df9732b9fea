namespace SseGateway.Admin.FleetViews;

/// <summary>Whether the fleet's store answers.</summary>
/// <param name="Here">True when it does.</param>
/// <param name="Seconds">For how long that has been so.</param>
/// <param name="Reason">Why it does not; empty when it does.</param>
internal sealed record FleetStoreView(bool Here, double Seconds, string Reason);
