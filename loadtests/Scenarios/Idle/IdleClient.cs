using System.Net.Sockets;
using LoadTests.Clients;
using LoadTests.Measures;
using LoadTests.Running.Crowds;

namespace LoadTests.Scenarios.Idle;

/// <summary>A client that opens a stream and reads what comes, which is comments: the origin is silent. Each counts as an event.</summary>
internal sealed class IdleClient(StreamRequest request, IMeasured measured) : LoadClient
{
    public override async Task RunAsync(CancellationToken leave)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            using var stream = await EventStreamConnection.OpenAsync(request with { Comments = true }, "", leave);
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(begun));
            try
            {
                if (await stream.ReadAsync(_ => measured.Event(0), leave) == StreamEnd.Cut)
                {
                    measured.StreamCut();
                }
                else
                {
                    measured.StreamEnded();
                }
            }
            finally
            {
                measured.StreamClosed();
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException)
        {
            measured.Failed(TimeProvider.System.GetElapsedTime(begun));
        }
    }
}
