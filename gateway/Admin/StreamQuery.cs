using System.Globalization;
using SseGateway.Streams.Life;

namespace SseGateway.Admin;

/// <summary>Which streams an operator asks for, by the query of <c>/streams</c>: filters, an order and a page.</summary>
internal sealed record StreamQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    private static readonly string[] Names = ["route", "subject", "address", "key", "mode", "state", "search", "sort", "limit", "after", "offset"];

    public string? Route { get; private init; }

    public string? Subject { get; private init; }

    public string? Address { get; private init; }

    public string? KeyId { get; private init; }

    public StreamMode? Mode { get; private init; }

    public StreamState? State { get; private init; }

    /// <summary>Part of the id, route, path, subject or address, in any case; null for all.</summary>
    public string? Search { get; private init; }

    /// <summary>Which of them come first.</summary>
    public StreamOrder Sort { get; private init; }

    /// <summary>How many of the first are left out.</summary>
    public int Offset { get; private init; }

    public int Limit { get; private init; } = DefaultLimit;

    /// <summary>Only streams that were admitted after this one.</summary>
    public long After { get; private init; }

    /// <param name="query">The request's.</param>
    /// <param name="registry">Whose ids count.</param>
    /// <param name="errors">What is wrong, by parameter; empty when the query is right.</param>
    public static StreamQuery Parse(IQueryCollection query, StreamRegistry registry, Dictionary<string, string[]> errors)
    {
        // A filter that is misspelt would show, or end, everything.
        foreach (var name in query.Keys.Where(name => !Names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            errors[name] = [$"is no filter; there are {string.Join(", ", Names)}"];
        }

        foreach (var (name, values) in query.Where(pair => pair.Value.Count > 1))
        {
            errors[name] = [$"is there {values.Count} times"];
        }

        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            errors["limit"] = [$"must be a number from 1 to {MaxLimit}"];
        }

        var offset = 0;
        if (query.TryGetValue("offset", out text) && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
        {
            errors["offset"] = ["must be a number"];
        }

        long after = 0;
        if (query.TryGetValue("after", out var id) && !registry.TryParseId(id.ToString(), out after))
        {
            errors["after"] = ["is no stream's id of this run of the gateway"];
        }

        return new StreamQuery
        {
            Route = Text(query, "route"),
            Subject = Text(query, "subject"),
            Address = Text(query, "address"),
            KeyId = Text(query, "key"),
            Mode = Choice<StreamMode>(query, "mode", errors),
            State = Choice<StreamState>(query, "state", errors),
            Search = Text(query, "search") is { Length: > 0 } search ? search : null,
            Sort = Choice<StreamOrder>(query, "sort", errors) ?? StreamOrder.Oldest,
            Offset = offset,
            Limit = limit,
            After = after,
        };
    }

    public StreamPage Page(StreamRegistry registry)
    {
        var matching = registry.Streams.Where(Matches).ToList();
        var page = Sorted(matching.Where(stream => stream.Number > After)).Skip(Offset).Take(Limit + 1).ToList();
        var next = page.Count > Limit && Sort == StreamOrder.Oldest ? page[Limit - 1].Id : null;
        return new StreamPage(matching.Count, page.Take(Limit).Select(StreamView.Of).ToList(), next);
    }

    private IEnumerable<LiveStream> Sorted(IEnumerable<LiveStream> streams) => Sort switch
    {
        StreamOrder.Newest => streams.OrderByDescending(stream => stream.Number),
        StreamOrder.Waiting => streams.OrderByDescending(stream => stream.WriteWaiting).ThenBy(stream => stream.Number),
        StreamOrder.Bytes => streams.OrderByDescending(stream => stream.Bytes).ThenBy(stream => stream.Number),
        StreamOrder.Frames => streams.OrderByDescending(stream => stream.Frames).ThenBy(stream => stream.Number),
        _ => streams.OrderBy(stream => stream.Number),
    };

    private bool IsFound(LiveStream stream) =>
        Search is null
        || stream.Path.Contains(Search, StringComparison.OrdinalIgnoreCase)
        || stream.Address.Contains(Search, StringComparison.OrdinalIgnoreCase)
        || stream.RouteId.Contains(Search, StringComparison.OrdinalIgnoreCase)
        || stream.Subject?.Contains(Search, StringComparison.OrdinalIgnoreCase) == true
        || stream.Id.Contains(Search, StringComparison.OrdinalIgnoreCase);

    private bool Matches(LiveStream stream) =>
        (Route is null || string.Equals(stream.RouteId, Route, StringComparison.OrdinalIgnoreCase))
        && (Subject is null || stream.Subject == Subject)
        && (Address is null || stream.Address == Address)
        && (KeyId is null || string.Equals(stream.KeyId, KeyId, StringComparison.OrdinalIgnoreCase))
        && (Mode is null || stream.Mode == Mode)
        && (State is null || stream.State == State)
        && IsFound(stream);

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static T? Choice<T>(IQueryCollection query, string name, Dictionary<string, string[]> errors)
        where T : struct, Enum
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        // By name only: Enum.TryParse would take any number.
        var index = Array.FindIndex(Enum.GetNames<T>(), known => string.Equals(known, text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            errors[name] = [$"must be {string.Join(" or ", Enum.GetNames<T>().Select(known => known.ToLowerInvariant()))}"];
            return null;
        }

        return Enum.GetValues<T>()[index];
    }
}
