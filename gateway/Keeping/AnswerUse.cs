namespace SseGateway.Keeping;

/// <summary>Somebody waits for an answer or reads it. Once disposed they do not any more; again has no effect.</summary>
internal sealed class AnswerUse(KeptAnswer answer) : IDisposable
{
    private int _over;

    public KeptAnswer Answer => answer;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
        {
            answer.Leave();
        }
    }
}
