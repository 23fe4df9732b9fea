using LoadTests.Running.Crowds;

namespace LoadTests.Workers;

/// <summary>A line to a worker; one of the members is set.</summary>
internal sealed record WorkerOrder
{
    /// <summary>The clients are to come, here.</summary>
    public Place? Start { get; init; }

    /// <summary>A word to all clients.</summary>
    public string? Signal { get; init; }

    public FinishOrder? Finish { get; init; }
}
