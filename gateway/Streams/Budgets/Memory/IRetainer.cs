namespace SseGateway.Streams.Budgets.Memory;

/// <summary>Retains what may be asked for again, and can do with less.</summary>
internal interface IRetainer
{
    /// <summary>Bytes it has.</summary>
    long Retained { get; }

    /// <summary>Lets the oldest go. As much as it can at once; what is left of the task is for the next call, a sweep later.</summary>
    void Shrink(long bytes);
}
