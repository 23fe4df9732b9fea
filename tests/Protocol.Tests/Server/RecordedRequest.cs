namespace Protocol.Tests.Server;

/// <summary>A request as it came over the wire; header values are its bytes as Latin-1.</summary>
internal sealed record RecordedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public IReadOnlyList<string> All(string name) =>
        [.. Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>The value of a header that came once; null when it did not come.</summary>
    public string? Header(string name) => All(name) switch
    {
        [] => null,
        [var value] => value,
        var values => throw new InvalidOperationException($"{name} came {values.Count} times."),
    };
}
