namespace SseGateway.Harness.Catalogue;

/// <summary>A row that is to be run.</summary>
/// <param name="Row">The row.</param>
/// <param name="Profile">Delivery and transport, as in <c>1.2.1@d1,h2</c>; null for whatever the run uses.</param>
internal sealed record CaseRun(CatalogueRow Row, string? Profile);
