using Xunit;

namespace Chat.Tests.Running;

/// <summary>How long a test waits for something that must happen: long enough for a busy machine, short enough to fail instead of hanging.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How often a state is looked at that nobody announces.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>A token that ends with the test or after the deadline.</summary>
    public static CancellationToken Token()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source.Token;
    }

    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Token());

    public static async Task Within(Task task) => await task.WaitAsync(Token());

    /// <summary>Runs <paramref name="step"/> again and again until <paramref name="isDone"/>, for states that nobody announces.</summary>
    public static Task Until(Func<bool> isDone, Action? step = null) => Until(() => Task.FromResult(isDone()), step);

    /// <inheritdoc cref="Until(Func{bool}, Action?)"/>
    public static async Task Until(Func<Task<bool>> isDone, Action? step = null)
    {
        var token = Token();
        using var pace = new PeriodicTimer(Pace);
        do
        {
            step?.Invoke();
            if (await isDone())
                return;
        }
        while (await pace.WaitForNextTickAsync(token));
    }
}
