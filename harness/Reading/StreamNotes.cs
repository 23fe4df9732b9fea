namespace SseGateway.Harness.Reading;

/// <summary>What an event stream has in it beside its events, as far as read.</summary>
internal sealed class StreamNotes
{
    private const int MostNames = 8;

    /// <summary>Names of fields that the standard does not know, as written; the first few.</summary>
    public List<string> UnknownFields { get; } = [];

    public long Events { get; set; }

    public long EventsWithOwnId { get; set; }

    public long Comments { get; set; }

    /// <summary>Blocks with a type but without data: never dispatched.</summary>
    public long BlocksWithoutData { get; set; }

    public long LinesEndedByCr { get; set; }

    public long LinesEndedByLf { get; set; }

    public long LinesEndedByCrLf { get; set; }

    public bool StartsWithBom { get; set; }

    /// <summary>Lines that are not UTF-8.</summary>
    public long InvalidLines { get; set; }

    /// <summary>Ids that are ignored for a NUL in them.</summary>
    public long IdsWithNul { get; set; }

    /// <summary>The value as it counts; null when none was valid.</summary>
    public long? RetryMs { get; set; }

    /// <summary>A value that is not ASCII digits only; the last.</summary>
    public string? InvalidRetry { get; set; }

    /// <summary>Lines or events longer than is kept here.</summary>
    public long Oversized { get; set; }

    public void AddUnknownField(string name)
    {
        if (UnknownFields.Count < MostNames && !UnknownFields.Contains(name))
        {
            UnknownFields.Add(name);
        }
    }
}
