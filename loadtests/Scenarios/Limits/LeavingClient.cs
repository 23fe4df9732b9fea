using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Limits;

/// <summary>A client that leaves for good when it is told to, if it has a stream then.</summary>
internal sealed class LeavingClient(StreamRequest request, IMeasured measured) : StreamClient(request, measured), IDisposable
{
    public const string Leave = "leave";

    private readonly CancellationTokenSource _left = new();

    public override long Missing(long newest) => _left.IsCancellationRequested ? 0 : base.Missing(newest);

    public override void Signal(string word)
    {
        if (word == Leave && IsOpen)
        {
            _left.Cancel();
        }
    }

    public override async Task RunAsync(CancellationToken leave)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leave, _left.Token);
        try
        {
            await base.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (!leave.IsCancellationRequested)
        {
            // It has left.
        }
    }

    public void Dispose() => _left.Dispose();
}
