namespace SseGateway.Harness.Probe;

/// <summary>Something about a stream that is worth saying.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Topic">A word or two, e.g. <c>compression</c>.</param>
/// <param name="Text">What was seen, and why it matters; one line.</param>
internal sealed record Finding(Severity Severity, string Topic, string Text)
{
    /// <summary>What to do about it; null where there is nothing to do.</summary>
    public string? Fix { get; init; }

    /// <summary>Where that is written, as <see cref="Catalogue.CatalogueRow.Clause"/> names it.</summary>
    public string? Clause { get; init; }

    public static Finding Fail(string topic, string text, string fix, string? clause = null) => new(Severity.Fail, topic, text) { Fix = fix, Clause = clause };

    public static Finding Warn(string topic, string text, string fix, string? clause = null) => new(Severity.Warn, topic, text) { Fix = fix, Clause = clause };

    public static Finding Ok(string topic, string text) => new(Severity.Ok, topic, text);

    public static Finding Info(string topic, string text, string? fix = null, string? clause = null) =>
        new(Severity.Info, topic, text) { Fix = fix, Clause = clause };
}
