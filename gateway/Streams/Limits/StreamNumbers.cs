namespace SseGateway.Streams.Limits;

/// <summary>How many streams there are, as of some moment.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Routes">Of each route, by its id.</param>
internal sealed record StreamNumbers(int Total, IReadOnlyDictionary<string, int> Routes)
{
    public static readonly StreamNumbers None = new(0, new Dictionary<string, int>());

    public int Of(string routeId) => Routes.GetValueOrDefault(routeId);
}
