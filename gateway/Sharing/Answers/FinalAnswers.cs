using SseGateway.Sharing.Upstream;

namespace SseGateway.Sharing.Answers;

/// <summary>
/// What an upstream has said for good to a cursor, e.g. 204, by which a server ends an EventSource (HTML Standard, 9.2.3). The clients that have got as
/// far come back one after the other, and each is told the same without the upstream's being asked by each.
/// </summary>
/// <remarks>Bounded in answers and, by what is kept of each, in bytes; the oldest goes first.</remarks>
internal sealed class FinalAnswers(TimeProvider time)
{
    /// <summary>All that were sent away are back by then: they were told to wait up to 5 s, and a browser adds its own delay after a failure.</summary>
    public static readonly TimeSpan While = TimeSpan.FromSeconds(30);

    private const int Most = 256;

    // With a larger body an answer is asked for anew: 256 of them are a megabyte.
    private const int MaxBodyBytes = 4096;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _answers = new();

    /// <summary>Remembers an answer, if it is final.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="cursor">The last event id of the clients it is for; with an empty one it is not remembered: it would be everybody's.</param>
    /// <param name="answer">The answer.</param>
    public void Add(ShareKey key, byte[] cursor, UpstreamAnswer? answer)
    {
        if (cursor.Length == 0 || answer is not { IsFinal: true } || answer.Body is not { Length: <= MaxBodyBytes })
        {
            return;
        }

        lock (_lock)
        {
            Forget();
            if (_answers.Count == Most)
            {
                _answers.RemoveFirst();
            }

            _answers.AddLast(new Entry(key, cursor, answer, time.GetTimestamp()));
        }
    }

    /// <summary>The answer to a client with this cursor; null when the upstream has to be asked.</summary>
    public UpstreamAnswer? Find(ShareKey key, ReadOnlySpan<byte> cursor)
    {
        lock (_lock)
        {
            if (_answers.Count == 0 || cursor.IsEmpty)
            {
                return null;
            }

            Forget();
            for (var answer = _answers.Last; answer is not null; answer = answer.Previous)
            {
                if (cursor.SequenceEqual(answer.Value.Cursor) && answer.Value.Key == key)
                {
                    return answer.Value.Answer;
                }
            }

            return null;
        }
    }

    private void Forget()
    {
        while (_answers.First is { } oldest && time.GetElapsedTime(oldest.Value.At) >= While)
        {
            _answers.RemoveFirst();
        }
    }

    private sealed record Entry(ShareKey Key, byte[] Cursor, UpstreamAnswer Answer, long At);
}
