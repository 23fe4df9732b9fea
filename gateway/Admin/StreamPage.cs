namespace SseGateway.Admin;

/// <summary>A page of live streams.</summary>
/// <param name="Total">Streams that the filter lets through, on all pages.</param>
/// <param name="Streams">Those of this page, from the oldest to the newest.</param>
/// <param name="Next">What to ask for with <c>after</c> to get the next page; null on the last one.</param>
internal sealed record StreamPage(int Total, IReadOnlyList<StreamView> Streams, string? Next);
