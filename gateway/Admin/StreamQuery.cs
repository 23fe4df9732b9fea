using System.Globalization;
using SseGateway.Streams.Life;

namespace SseGateway.Admin;

/// <summary>Which streams an operator asks for: <c>/streams?route=&amp;subject=&amp;address=&amp;key=&amp;mode=&amp;state=&amp;limit=&amp;after=</c>.</summary>
internal sealed record StreamQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    private static readonly string[] Names = ["route", "subject", "address", "key", "mode", "state", "limit", "after"];

    public string? Route { get; private init; }

    public string? Subject { get; private init; }

    public string? Address { get; private init; }

    public string? KeyId { get; private init; }

    public StreamMode? Mode { get; private init; }

    public StreamState? State { get; private init; }

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
            Limit = limit,
            After = after,
        };
    }

    public StreamPage Page(StreamRegistry registry)
    {
        var matching = registry.Streams.Where(Matches).ToList();
        var page = matching.Where(stream => stream.Number > After).OrderBy(stream => stream.Number).Take(Limit + 1).ToList();
        var next = page.Count > Limit ? page[Limit - 1].Id : null;
        return new StreamPage(matching.Count, page.Take(Limit).Select(StreamView.Of).ToList(), next);
    }

    private bool Matches(LiveStream stream) =>
        (Route is null || string.Equals(stream.RouteId, Route, StringComparison.OrdinalIgnoreCase))
        && (Subject is null || stream.Subject == Subject)
        && (Address is null || stream.Address == Address)
        && (KeyId is null || string.Equals(stream.KeyId, KeyId, StringComparison.OrdinalIgnoreCase))
        && (Mode is null || stream.Mode == Mode)
        && (State is null || stream.State == State);

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
