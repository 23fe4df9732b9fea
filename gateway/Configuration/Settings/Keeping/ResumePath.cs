namespace SseGateway.Configuration.Settings.Keeping;

/// <summary>A path with a part that names something: <c>/api/chat/{id}/stream</c>.</summary>
/// <param name="Before">What stands before the name.</param>
/// <param name="After">What stands after it.</param>
internal sealed record ResumePath(string Before, string After)
{
    private const string Name = "{id}";

    /// <summary>Null for what has not exactly one name in it, a segment of its own.</summary>
    public static ResumePath? Parse(string text)
    {
        var name = text.IndexOf(Name, StringComparison.Ordinal);
        if (name < 0)
        {
            return null;
        }

        var path = new ResumePath(text[..name], text[(name + Name.Length)..]);
        return path.Before.StartsWith('/') && path.Before.EndsWith('/') && (path.After.Length == 0 || path.After[0] == '/')
            && text.AsSpan().Count('{') == 1 && text.AsSpan().Count('}') == 1 && text.AsSpan().IndexOfAny('?', '#') < 0
            ? path
            : null;
    }

    /// <summary>The name in a path; null when it is another path.</summary>
    public string? NameIn(string path)
    {
        if (path.Length <= Before.Length + After.Length || !path.StartsWith(Before, StringComparison.OrdinalIgnoreCase)
            || !path.EndsWith(After, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = path[Before.Length..^After.Length];
        return name.Contains('/', StringComparison.Ordinal) ? null : name;
    }

    public override string ToString() => Before + Name + After;
}
