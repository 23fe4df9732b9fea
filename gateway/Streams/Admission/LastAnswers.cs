using Microsoft.AspNetCore.Routing.Patterns;

namespace SseGateway.Streams.Admission;

/// <summary>
/// Whether the last answer to requests of the same kind was a stream: same route, method and path, but for the parts of the path that are
/// somebody's id.
/// </summary>
/// <remarks>
/// A table of a fixed size, in which a kind has one slot by its hash and takes it from whoever was there: what is forgotten, or taken for
/// another, only moves the moment at which a place is taken. Hashes are seeded with each run, so nobody can choose whose slot to take.
/// </remarks>
internal sealed class LastAnswers
{
    // 32 KiB.
    private const int Slots = 8192;

    // Longer ones, and those with a digit, are ids: a room's name is not, a UUID is, and so is "v1", which is the same for all.
    private const int LongestWord = 24;

    private readonly int[] _slots = new int[Slots];

    /// <summary>True when it was; false too when nothing is known.</summary>
    public bool WasStream(HttpContext context, string routeId) => Volatile.Read(ref Slot(context, routeId, out var kind)) == (kind | 1);

    /// <summary>Takes note of an answer.</summary>
    public void Note(HttpContext context, string routeId, bool isStream) =>
        Volatile.Write(ref Slot(context, routeId, out var kind), isStream ? kind | 1 : kind);

    private ref int Slot(HttpContext context, string routeId, out int kind)
    {
        var hash = Kind(context, routeId);
        kind = hash & ~1;
        return ref _slots[(uint)hash / 2 % Slots];
    }

    private static int Kind(HttpContext context, string routeId)
    {
        var hash = new HashCode();
        hash.Add(routeId, StringComparer.OrdinalIgnoreCase);
        hash.Add(context.Request.Method);
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments;
        var path = context.Request.Path.Value.AsSpan().Trim('/');
        var number = 0;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            var isId = segment.Length > LongestWord || segment.ContainsAnyInRange('0', '9') || IsParameter(pattern, number++);
            hash.Add(isId ? 0 : string.GetHashCode(segment));
        }

        return hash.ToHashCode();
    }

    // A catch-all stands for all kinds of paths.
    private static bool IsParameter(IReadOnlyList<RoutePatternPathSegment>? pattern, int number) =>
        pattern is not null && number < pattern.Count && pattern[number] is { IsSimple: true, Parts: [RoutePatternParameterPart { IsCatchAll: false }] };
}
