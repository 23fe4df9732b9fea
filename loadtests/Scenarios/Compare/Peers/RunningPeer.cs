namespace LoadTests.Scenarios.Compare.Peers;

/// <param name="Id">Of the process at the root of its tree.</param>
/// <param name="Process">Ends it.</param>
/// <param name="Stream">Where clients go.</param>
/// <param name="Publish">Where a hub is told its events.</param>
internal sealed record RunningPeer(int Id, IAsyncDisposable Process, Uri Stream, Uri? Publish) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
