using System.Collections.Concurrent;
using SseGateway.Configuration.Settings;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Keeping;

/// <summary>All answers of this process that are kept, by id.</summary>
internal sealed class KeptAnswers : ISwept, IDisposable
{
    private readonly ConcurrentDictionary<string, KeptAnswer> _answers = new(StringComparer.Ordinal);
    private readonly StreamRegistry _registry;
    private readonly KeepMetrics _metrics;
    private readonly PublicationTicker _ticker;
    private readonly TimeProvider _time;
    private readonly IFleetNodes? _nodes;
    private readonly IFleetAnswers? _fleet;
    private readonly Lock _lock = new();

    // Guarded by _lock, both: those that count together, from the oldest to the newest.
    private readonly Dictionary<string, LinkedList<KeptAnswer>> _ofRoutes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<AnswerOwner, LinkedList<KeptAnswer>> _ofOwners = [];

    // Guarded by _lock.
    private readonly Dictionary<ChatName, KeptAnswer> _newest = [];

    public KeptAnswers(
        StreamRegistry registry, KeepMetrics metrics, PublicationTicker ticker, TimeProvider time, IFleetNodes? nodes = null, IFleetAnswers? fleet = null)
    {
        (_registry, _metrics, _ticker, _time, _nodes, _fleet) = (registry, metrics, ticker, time, nodes, fleet);
        metrics.Watch(() => _answers.Select(entry => entry.Value));
        registry.Memory.Watch(() => _answers.Select(entry => entry.Value));
    }

    public int Count => _answers.Count;

    public IEnumerable<KeptAnswer> Answers => _answers.Select(entry => entry.Value);

    /// <summary>The answer with that id; null when there is none (any more).</summary>
    public KeptAnswer? Find(string id) => _answers.GetValueOrDefault(id);

    /// <summary>The gateway that has the answer with that id, if it is another one that lives; null else.</summary>
    public string? Elsewhere(string id) => AnswerId.NodeOf(id) is { Length: > 0 } node && _nodes?.IsAnothers(node) == true ? node : null;

    /// <summary>The newest answer of a chat; null when there is none.</summary>
    public KeptAnswer? Find(ChatName chat)
    {
        lock (_lock)
        {
            return _newest.GetValueOrDefault(chat);
        }
    }

    /// <summary>It is known which chat an answer is for: it is the newest of it.</summary>
    public void Name(KeptAnswer answer, string chat)
    {
        lock (_lock)
        {
            if (!_answers.ContainsKey(answer.Id))
            {
                return;
            }

            answer.Name(chat);
            _newest[NameOf(answer)] = answer;
        }

        _ = _fleet?.TellAsync(answer);
    }

    /// <summary>Takes a place for an answer that is about to be asked for. The oldest that is over makes room.</summary>
    /// <param name="owner">Whose it will be.</param>
    /// <param name="route">The route.</param>
    /// <param name="endpoint">The route's.</param>
    /// <returns>Null when as many are running as may be kept.</returns>
    public KeptAnswer? TryBegin(AnswerOwner owner, RouteFeature route, Endpoint endpoint)
    {
        var keep = route.Settings.Keep;
        lock (_lock)
        {
            if (!HasRoom(_ofOwners.GetValueOrDefault(owner.Counted()), keep.AnswersPerSubject)
                || !HasRoom(_ofRoutes.GetValueOrDefault(owner.RouteId), keep.Answers))
            {
                return null;
            }

            var answer = new KeptAnswer(owner, route, _registry, _ticker, _time) { Id = AnswerId.Create(_nodes?.Own, owner.RouteId), Endpoint = endpoint };
            Add(_ofRoutes, owner.RouteId, answer);
            Add(_ofOwners, owner.Counted(), answer);
            _answers[answer.Id] = answer;
            return answer;
        }
    }

    /// <summary>It is not kept any longer. Who reads it goes on.</summary>
    public void Remove(KeptAnswer answer)
    {
        lock (_lock)
        {
            if (_answers.TryRemove(answer.Id, out _))
            {
                Remove(_ofRoutes, answer.Owner.RouteId, answer);
                Remove(_ofOwners, answer.Owner.Counted(), answer);
                if (answer.Chat is not null && _newest.GetValueOrDefault(NameOf(answer)) == answer)
                {
                    _newest.Remove(NameOf(answer));
                }

                answer.Withdraw();
                answer.Log.Release();
                answer.IsForgotten = true;
                _fleet?.Forget(answer);
            }
        }
    }

    /// <summary>Does what is due for every one. One call at a time.</summary>
    public void Sweep()
    {
        foreach (var (_, answer) in _answers)
        {
            answer.Sweep();
            if (answer.IsAbandoned && answer.Stop(CloseReason.Limit))
            {
                _metrics.Abandoned(answer.Owner.RouteId);
            }
            else if (answer.IsAged)
            {
                Remove(answer);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (_, answer) in _answers)
        {
            answer.Dispose();
        }
    }

    private static ChatName NameOf(KeptAnswer answer) => new(answer.Owner.RouteId, answer.Owner.Subject, answer.Chat!);

    // Under _lock, as all below.
    private bool HasRoom(LinkedList<KeptAnswer>? counted, int most)
    {
        if (counted is null || counted.Count < most)
        {
            return true;
        }

        if (counted.FirstOrDefault(answer => answer.IsOver) is not { } oldest)
        {
            return false;
        }

        Remove(oldest);
        return true;
    }

    private static void Add<TKey>(Dictionary<TKey, LinkedList<KeptAnswer>> lists, TKey key, KeptAnswer answer)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        list.AddLast(answer);
    }

    private static void Remove<TKey>(Dictionary<TKey, LinkedList<KeptAnswer>> lists, TKey key, KeptAnswer answer)
        where TKey : notnull
    {
        var list = lists[key];
        list.Remove(answer);
        if (list.Count == 0)
        {
            lists.Remove(key);
        }
    }
}
