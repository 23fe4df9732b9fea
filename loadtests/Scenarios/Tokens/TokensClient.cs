using System.Net.Sockets;
using LoadTests.Clients;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Tokens;

/// <summary>A client that asks once, as of a model, and reads the answer to its end. Nobody can come back for the rest of one.</summary>
internal sealed class TokensClient(StreamRequest request, IMeasured measured, int tokens) : LoadClient
{
    private readonly EventTrail _trail = new(measured);
    private long _asked;
    private bool _first = true;
    private bool _whole;

    public override async Task RunAsync(CancellationToken leave)
    {
        _asked = TimeProvider.System.GetTimestamp();
        try
        {
            using var connection = await EventStreamConnection.OpenAsync(request, "", leave);
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(_asked));
            try
            {
                Count(await connection.ReadAsync(Take, leave));
            }
            finally
            {
                measured.StreamClosed();
            }
        }
        catch (StreamRefusedException refused)
        {
            measured.Refused(refused.Status, refused.RetryAfter is not null, TimeProvider.System.GetElapsedTime(_asked));
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException)
        {
            measured.Failed(TimeProvider.System.GetElapsedTime(_asked));
        }
    }

    private void Take(Frame frame)
    {
        if (_first)
        {
            _first = false;
            measured.FirstEvent(TimeProvider.System.GetElapsedTime(_asked));
        }

        if (!frame.TryGetData(out var data))
        {
            return;
        }

        if (data.SequenceEqual(BoundedAnswer.Done))
        {
            _whole = true;
        }
        else
        {
            _trail.Take(data);
        }
    }

    private void Count(StreamEnd end)
    {
        measured.Lost(_trail.Missing(tokens));
        if (end == StreamEnd.Cut)
        {
            measured.StreamCut();
        }
        else if (_whole)
        {
            measured.AnswerWhole();
        }
        else
        {
            measured.StreamEnded();
        }
    }
}
