using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.SlowReaders;

/// <summary>A client that stops reading when it is told to, and goes on when it is told to. Its events are as old as it makes them, so they are not
/// timed.</summary>
internal sealed class SlowReader(StreamRequest request, IMeasured measured) : StreamClient(request, measured, timed: false), IDisposable
{
    public const string Stop = "stop reading";
    public const string GoOn = "go on";

    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Signal(string word)
    {
        switch (word)
        {
            case Stop:
                _stopped.Cancel();
                break;
            case GoOn:
                _goesOn.TrySetResult();
                break;
        }
    }

    public void Dispose() => _stopped.Dispose();

    protected override async Task<StreamEnd> ReadAsync(EventStreamConnection connection, CancellationToken leave)
    {
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(leave, _stopped.Token))
        {
            try
            {
                return await base.ReadAsync(connection, either.Token);
            }
            catch (OperationCanceledException) when (!leave.IsCancellationRequested)
            {
                // Told to stop; the connection stays.
            }
        }

        await _goesOn.Task.WaitAsync(leave);
        return await base.ReadAsync(connection, leave);
    }
}
