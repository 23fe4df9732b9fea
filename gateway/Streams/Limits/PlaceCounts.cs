using System.Runtime.InteropServices;
using SseGateway.Streams.Endings;

namespace SseGateway.Streams.Limits;

/// <summary>
/// Places taken of one kind: in total, by route, by address and by subject. Entries that reach zero are removed: the memory is that of the
/// places, not of all clients ever seen. Not for several threads at once.
/// </summary>
/// <param name="beside">How many more of them there may be than the limits say.</param>
internal sealed class PlaceCounts(int beside)
{
    private readonly Dictionary<string, int> _routes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string RouteId, string Method), int> _methods = [];
    private readonly Dictionary<(string Scope, AddressKey Address), int> _addresses = [];
    private readonly Dictionary<(string Scope, string Subject), LinkedList<StreamLease>> _subjects = [];

    public int Total { get; private set; }

    /// <summary>Entries in all of the counts; zero when nothing is taken.</summary>
    public int Entries => Total + _routes.Count + _methods.Count + _addresses.Count + _subjects.Count;

    /// <summary>Says which limit forbids one more.</summary>
    /// <param name="applicant">Who asks.</param>
    /// <param name="most">Of all together; 0 is no limit.</param>
    /// <param name="others">What counts too; null for nothing.</param>
    public RefusalReason Check(StreamApplicant applicant, int most, StreamNumbers? others = null)
    {
        var limits = applicant.Limits;
        return Full(most, Total + (others?.Total ?? 0)) ? RefusalReason.TotalStreams
            : Full(limits.StreamsPerRoute, _routes.GetValueOrDefault(applicant.RouteId) + (others?.Of(applicant.RouteId) ?? 0)) ? RefusalReason.RouteStreams
            : Full(limits.StreamsPerAddress, _addresses.GetValueOrDefault(AddressOf(applicant))) ? RefusalReason.AddressStreams
            : Full(limits.StreamsPerSubject, OfSubject(applicant)?.Count ?? 0) ? RefusalReason.SubjectStreams
            : MethodIsFull(applicant) ? RefusalReason.McpCalls
            : RefusalReason.None;
    }

    public StreamNumbers Numbers() => new(Total, new Dictionary<string, int>(_routes, StringComparer.OrdinalIgnoreCase));

    /// <summary>The places of the applicant's subject, from the oldest to the newest; null when it has none, or nobody counts them.</summary>
    public LinkedList<StreamLease>? OfSubject(StreamApplicant applicant) =>
        applicant.Subject is null ? null : _subjects.GetValueOrDefault(SubjectOf(applicant));

    public void TakeIn(StreamLease lease)
    {
        var applicant = lease.Applicant;
        Total++;
        CollectionsMarshal.GetValueRefOrAddDefault(_routes, applicant.RouteId, out _)++;
        if (applicant.McpMethod is { } method)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_methods, (applicant.RouteId, method), out _)++;
        }

        if (applicant.Limits.StreamsPerAddress > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_addresses, AddressOf(applicant), out _)++;
        }

        if (applicant.Limits.StreamsPerSubject > 0 && applicant.Subject is not null)
        {
            ref var ofSubject = ref CollectionsMarshal.GetValueRefOrAddDefault(_subjects, SubjectOf(applicant), out _);
            lease.OfSubject = (ofSubject ??= []).AddLast(lease);
        }
    }

    public void GiveBack(StreamLease lease)
    {
        var applicant = lease.Applicant;
        Total--;
        Decrement(_routes, applicant.RouteId);
        if (applicant.McpMethod is { } method)
        {
            Decrement(_methods, (applicant.RouteId, method));
        }

        if (applicant.Limits.StreamsPerAddress > 0)
        {
            Decrement(_addresses, AddressOf(applicant));
        }

        if (lease.OfSubject is { List: { } ofSubject } node)
        {
            ofSubject.Remove(node);
            if (ofSubject.Count == 0)
            {
                _subjects.Remove(SubjectOf(applicant));
            }
        }
    }

    // Exactly: it is a limit on calls themselves.
    private bool MethodIsFull(StreamApplicant applicant) =>
        applicant.McpMethod is { } method && applicant.Limits.McpCalls.TryGetValue(method, out var most)
        && _methods.GetValueOrDefault((applicant.RouteId, method)) >= most;

    private bool Full(int limit, int taken) => limit > 0 && taken >= (long)limit + beside;

    private static (string Scope, AddressKey Address) AddressOf(StreamApplicant applicant) => (applicant.Limits.AddressScope, applicant.Address);

    private static (string Scope, string Subject) SubjectOf(StreamApplicant applicant) => (applicant.Limits.SubjectScope, applicant.Subject ?? "");

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(counts, key) == 0)
        {
            counts.Remove(key);
        }
    }
}
