namespace Gateway.Tests.HalfOpen;

/// <summary>
/// Tests of one class that wait for the kernel's timers and need little of the processor: a few at once, in the place of one among the other tests.
/// </summary>
public sealed class SideBySide : IAsyncDisposable
{
    private const int AtOnce = 3;

    private readonly SemaphoreSlim _places = new(AtOnce);
    private Dictionary<object, Task>? _tests;
    private bool _isOver;

    /// <summary>What becomes of one of them. All are begun when the first is asked for.</summary>
    /// <param name="one">Which.</param>
    /// <param name="all">All there are.</param>
    /// <param name="test">Runs one.</param>
    public Task ResultAsync<T>(T one, IEnumerable<T> all, Func<T, Task> test)
        where T : notnull
    {
        _tests ??= all.ToDictionary(each => (object)each, each => RunAsync(() => test(each)));
        return _tests[one];
    }

    /// <summary>Those that nobody has asked for are not begun any more, and those that are under way leave nothing behind.</summary>
    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        foreach (var test in _tests?.Values ?? Enumerable.Empty<Task>()) await test.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _places.Dispose();
    }

    private async Task RunAsync(Func<Task> test)
    {
        await _places.WaitAsync();
        try
        {
            if (!_isOver) await test();
        }
        finally
        {
            _places.Release();
        }
    }
}
