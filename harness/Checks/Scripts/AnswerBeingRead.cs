using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Scripts;

/// <summary>Reads an answer to its end while the origin waits for what has been read so far.</summary>
internal sealed class AnswerBeingRead
{
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="answering">The answer's head, once it is there.</param>
    /// <param name="cancellation">The case's.</param>
    public AnswerBeingRead(Task<TargetAnswer> answering, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        Answer = answering;
        Ended = ReadAsync();
    }

    public Task<TargetAnswer> Answer { get; }

    /// <summary>How the body ended.</summary>
    public Task<Ending> Ended { get; }

    /// <summary>Waits until a state is reached by what has been read.</summary>
    /// <exception cref="NotSeenException">It is not in time, or the body ends before.</exception>
    public Task WaitAsync(Func<TargetAnswer, bool> reached, string what, TimeSpan? limit = null) =>
        Patience.ForAsync(
            async token =>
            {
                var answer = await Answer.WaitAsync(token);
                while (true)
                {
                    Task progress;
                    lock (_lock)
                    {
                        progress = _progress.Task;
                    }

                    if (reached(answer))
                    {
                        return;
                    }

                    if (Ended.IsCompleted)
                    {
                        throw new NotSeenException($"the body ended ({answer.Ending}) before {what}");
                    }

                    await progress.WaitAsync(token);
                }
            },
            what,
            limit,
            _cancellation);

    private async Task<Ending> ReadAsync()
    {
        try
        {
            var answer = await Answer;
            while (await answer.ReadAsync(_cancellation))
            {
                Step();
            }

            return answer.Ending!.Value;
        }
        finally
        {
            Step();
        }
    }

    private void Step()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            (before, _progress) = (_progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }
}
