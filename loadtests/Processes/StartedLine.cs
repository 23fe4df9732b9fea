using System.Text.RegularExpressions;

namespace LoadTests.Processes;

/// <summary>Waits for the line with which a program says that it is there; keeps what it complains of until then and after, the first few lines.</summary>
internal sealed class StartedLine(string program, Regex line)
{
    private const int MostComplaints = 10;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<Match> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _complaints = [];

    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return _complaints.ToArray();
            }
        }
    }

    /// <summary>Looks at a line of output.</summary>
    /// <returns>True when it is the one.</returns>
    public bool Take(string text) => line.Match(text) is { Success: true } match && _said.TrySetResult(match);

    public void Complain(string text)
    {
        lock (_complaints)
        {
            if (_complaints.Count < MostComplaints)
            {
                _complaints.Add(text);
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
