using System.Text.RegularExpressions;

namespace LoadTests.Processes;

/// <summary>Waits for the line with which a program says that it is there; keeps what it complains of until then and after, the first and the last
/// lines.</summary>
internal sealed class StartedLine(string program, Regex line)
{
    // The first ones say how it began, the last ones how it ended.
    private const int MostFirst = 6;
    private const int MostLast = 30;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<Match> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _first = [];
    private readonly Queue<string> _last = new();

    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_first)
            {
                return [.. _first, .. _last];
            }
        }
    }

    /// <summary>Looks at a line of output.</summary>
    /// <returns>True when it is the one.</returns>
    public bool Take(string text) => line.Match(text) is { Success: true } match && _said.TrySetResult(match);

    public void Complain(string text)
    {
        lock (_first)
        {
            if (_first.Count < MostFirst)
            {
                _first.Add(text);
                return;
            }

            _last.Enqueue(text);
            if (_last.Count > MostLast)
            {
                _last.Dequeue();
            }
        }
    }

    /// <exception cref="IOException">The program has ended instead.</exception>
    /// <exception cref="TimeoutException">It has not said it in time.</exception>
    public async Task<Match> WaitAsync(ChildProcess process, CancellationToken cancellation)
    {
        var first = await Task.WhenAny(_said.Task, process.WaitForExitAsync(cancellation)).WaitAsync(StartTimeout, cancellation);
        return first == _said.Task ? await _said.Task : throw new IOException($"{program} ended at its start: {string.Join(" ", Complaints)}");
    }
}
