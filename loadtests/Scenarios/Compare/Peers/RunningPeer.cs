using LoadTests.Processes;

namespace LoadTests.Scenarios.Compare.Peers;

/// <param name="Id">Of the process at the root of its tree.</param>
/// <param name="Process">Ends it.</param>
/// <param name="Memory">Of its tree.</param>
/// <param name="NoWorkingSet">Why it is not known what the kernel counts as memory; null when it is.</param>
/// <param name="Stream">Where clients go.</param>
/// <param name="Publish">Where a hub is told its events.</param>
internal sealed record RunningPeer(int Id, IAsyncDisposable Process, Func<MemoryUsage> Memory, string? NoWorkingSet, Uri Stream, Uri? Publish)
    : IAsyncDisposable
{
    /// <summary>A program that was started here.</summary>
    public static RunningPeer Of(ChildProcess process, Uri stream, Uri? publish = null) =>
        new(process.Id, process, process.Memory, process.NoWorkingSet, stream, publish);

    /// <summary>Of its tree so far.</summary>
    public TimeSpan Cpu() => ProcessTree.Cpu(Id);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
