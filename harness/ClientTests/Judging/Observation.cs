using SseGateway.Harness.Origin;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>Everything that is seen of one run: what the client says, and what the server sees of it. Safe for any thread.</summary>
internal sealed class Observation(string caseId, WireTap tap)
{
    private readonly Lock _lock = new();
    private readonly List<(double Ms, ClientReport Report)> _reports = [];
    private readonly List<Answer> _answers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _events;

    /// <summary>The sentinel has been reported as it was sent.</summary>
    public bool SentinelSeen { get; private set; }

    /// <summary>What was to be reported before the script went on, and was not; null when all was.</summary>
    public string? Held { get; private set; }

    /// <summary>Whether the client is known to have begun: it asks, says something, or has ended.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>How the client itself ended; null while it has not.</summary>
    public string? Ended { get; private set; }

    /// <summary>All reports with their milliseconds; the sentinel is not among them.</summary>
    public IReadOnlyList<(double Ms, ClientReport Report)> Reports
    {
        get
        {
            lock (_lock)
            {
                return [.. _reports];
            }
        }
    }

    public IReadOnlyList<Answer> Answers
    {
        get
        {
            lock (_lock)
            {
                return [.. _answers];
            }
        }
    }

    /// <summary>Events reported so far.</summary>
    public int EventCount => Volatile.Read(ref _events);

    /// <summary>When something last happened.</summary>
    public double LastMs { get; private set; }

    public void Start()
    {
        HasStarted = true;
        Changed();
    }

    public void Add(ClientReport report)
    {
        lock (_lock)
        {
            HasStarted = true;
            if (report.Kind == ReportKind.Event && (report.Type == Sentinel.Type || report.Data == caseId) && report.HasData(caseId))
            {
                SentinelSeen = true;
            }
            else
            {
                _reports.Add((tap.Ms, report));
                _events += report.Kind == ReportKind.Event ? 1 : 0;
            }
        }

        Changed();
    }

    public Answer Add(OriginExchange exchange, int scripted)
    {
        Answer answer;
        lock (_lock)
        {
            HasStarted = true;
            answer = new Answer(exchange, _answers.Count < scripted);
            _answers.Add(answer);
            LastMs = tap.Ms;
        }

        Changed();
        return answer;
    }

    public void Ending(Answer answer)
    {
        lock (_lock)
        {
            answer.EndedMs ??= tap.Ms;
            LastMs = tap.Ms;
        }

        Changed();
    }

    public void Hold(string what)
    {
        Held ??= what;
        Changed();
    }

    public void End(string how)
    {
        HasStarted = true;
        Ended ??= how;
        Changed();
    }

    /// <summary>Waits until something is so.</summary>
    /// <returns>False when it was not in time.</returns>
    public async Task<bool> WaitAsync(Func<bool> reached, TimeSpan limit, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(limit);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (reached())
            {
                return true;
            }

            await changed.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            if (patience.IsCancellationRequested)
            {
                return reached();
            }
        }
    }

    private void Changed()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
