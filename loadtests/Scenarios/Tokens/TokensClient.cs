using System.Globalization;
using System.Net.Sockets;
using LoadTests.Clients;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Tokens;

/// <summary>A client that asks once, as of a model, and reads the answer to its end: at once, or after it was cut in the middle, where the gateway has kept the
/// answer.</summary>
internal sealed class TokensClient(StreamRequest request, IMeasured measured, int tokens, bool leaves) : LoadClient
{
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(2);

    private readonly EventTrail _trail = new(measured);
    private long _asked;
    private int _events;
    private int _leavesAt = leaves ? Random.Shared.Next(1, Math.Max(2, tokens * 9 / 10)) : 0;
    private Action? _leave;
    private bool _whole;

    public override async Task RunAsync(CancellationToken leave)
    {
        var id = await ReadAsync(request, leave);
        if (id is not null)
        {
            await Task.Delay(LongestAbsence * Random.Shared.NextDouble(), leave);
            measured.Reconnect();
            await ReadAsync(
                request with { Method = "GET", Body = [], Path = string.Create(CultureInfo.InvariantCulture, $"/_gateway/answers/{id}?after={_events}") },
                leave);
        }
    }

    // The answer's id, when the client was cut and has to come back for the rest.
    private async Task<string?> ReadAsync(StreamRequest asked, CancellationToken leave)
    {
        _asked = TimeProvider.System.GetTimestamp();
        using var left = CancellationTokenSource.CreateLinkedTokenSource(leave);
        _leave = () => left.CancelAsync();
        try
        {
            using var connection = await EventStreamConnection.OpenAsync(asked, "", leave);
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(_asked));
            try
            {
                Count(await connection.ReadAsync(Take, left.Token));
            }
            catch (OperationCanceledException) when (!leave.IsCancellationRequested)
            {
                return connection.Head.Value("Gateway-Stream");
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

        return null;
    }

    private void Take(Frame frame)
    {
        if (_events++ == 0)
        {
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

        // What comes until it has left is taken too: it is counted, and not asked for again.
        if (_events == _leavesAt)
        {
            _leavesAt = 0;
            _leave!();
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
