using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using SseGateway.Configuration.Settings;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Limits;
using StackExchange.Redis;

namespace SseGateway.Fleet.Limits;

/// <summary>
/// Places that all gateways count together. Those of an address and of a subject exactly: each is a field of a hash in the store, and one script takes it
/// there. Those of a route and of all by what each gateway says once a second.
/// </summary>
/// <remarks>
/// A place is taken and given back by its name, so that doing it twice, or late, does no harm; and it counts for as long as the gateway in its name is alive.
/// So a gateway that may not know any more what the store has of it, after any failure, takes a new name, under which it writes down all of its places:
/// what is left under the old one is nobody's.
/// </remarks>
internal sealed class FleetPlaces : BackgroundService, IFleetPlaces
{
    // Until those of a gateway that has died without a word are free.
    internal static readonly TimeSpan GatewayLives = TimeSpan.FromSeconds(5);

    // How long an opening waits for the store, and how long then none does.
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // All is written anew well before it expires.
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(1);
    private static readonly TimeSpan WriteAgain = TimeSpan.FromMinutes(20);

    private const int WrittenAtOnce = 100;
    private const int MostWaiting = 65_536;

    private static readonly StoreScript TakeScript = StoreScript.Read("place-take");
    private static readonly StoreScript WriteScript = StoreScript.Read("place-write");
    private static readonly StoreScript CountScript = StoreScript.Read("place-count");
    private static readonly StoreScript LeaveScript = StoreScript.Read("place-leave");

    private readonly FleetStore _store;
    private readonly CurrentSettings _settings;
    private readonly PlaceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly PlaceKeys _keys;
    private readonly string _node;
    private readonly ConcurrentDictionary<long, FleetPlace> _places = new();

    // Places that the store may not have as they are; null to look whether something else is due.
    private readonly Channel<FleetPlace?> _changed = Channel.CreateBounded<FleetPlace?>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private volatile string _name;
    private volatile bool _anew = true;
    private volatile StreamNumbers _others = StreamNumbers.None;
    private long _lastNumber;
    private long _lastName;
    private long _askAt;
    private TimeSpan _countAt;
    private TimeSpan _writeAt;

    public FleetPlaces(FleetStore store, CurrentSettings settings, PlaceMetrics metrics, TimeProvider time)
    {
        (_store, _settings, _metrics, _time) = (store, settings, metrics, time);
        _keys = new PlaceKeys(store.Prefix);
        _node = store.NodeId[..16];
        _name = NewName();
        store.Joined += BeginAnew;
        store.Lost += () => _others = StreamNumbers.None;
        store.Told += Hear;
    }

    public StreamNumbers Others => _others;

    /// <summary>Says how many streams this gateway has.</summary>
    public Func<StreamNumbers> Own { get; set; } = () => StreamNumbers.None;

    public async ValueTask<RefusalReason> TakeAsync(StreamLease lease, StreamLease? evicted, StreamLease? predecessor)
    {
        var applicant = lease.Applicant;
        var (address, subject) = applicant.Place == Place.Stream ? (_keys.OfAddress(applicant), _keys.OfSubject(applicant)) : (null, null);
        if (address is null && subject is null)
        {
            return RefusalReason.None;
        }

        var place = new FleetPlace(Interlocked.Increment(ref _lastNumber), lease, address, subject, _time.GetUtcNow());

        // Listed first: another gateway may evict it before this one has heard that it was admitted.
        lease.FleetNumber = place.Number;
        _places[place.Number] = place;
        var (reason, counted) = await AskAsync(place, [PlaceOf(evicted), PlaceOf(predecessor)]).ConfigureAwait(false);
        if (reason != RefusalReason.None)
        {
            GiveBack(lease);
            return reason;
        }

        foreach (var replaced in new[] { evicted, predecessor }.OfType<StreamLease>())
        {
            GiveBack(replaced);
        }

        if (!counted)
        {
            _metrics.Uncounted();
        }

        // Whoever writes all of them anew changes the name first, so one of the two sees it.
        if (!counted || place.Field != place.FieldOf(_name))
        {
            Write(place);
        }

        return RefusalReason.None;
    }

    public void GiveBack(StreamLease lease)
    {
        if (lease.FleetNumber != 0 && _places.TryRemove(lease.FleetNumber, out var place))
        {
            place.Over = true;
            Write(place);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LeaveAsync(_name).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            // They will be free in a few seconds.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var beat = _time.CreateTimer(_ => _changed.Writer.TryWrite(null), state: null, Beat, Beat);
        while (await _changed.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await DoWhatIsDueAsync().ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Whatever it is, the gateway goes on; the store itself says in the log that it is away.
                _anew = true;
            }
        }
    }

    private FleetPlace? PlaceOf(StreamLease? lease) => lease is null ? null : _places.GetValueOrDefault(lease.FleetNumber);

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"{_node}.{Interlocked.Increment(ref _lastName)}");

    // Counted is false when nothing is known of the answer: then it is admitted.
    private async ValueTask<(RefusalReason Reason, bool Counted)> AskAsync(FleetPlace place, FleetPlace?[] replaced)
    {
        if (!_store.Status.IsHere || _store.Now.Ticks < Volatile.Read(ref _askAt))
        {
            return (RefusalReason.None, Counted: false);
        }

        place.Field = place.FieldOf(_name);
        var limits = place.Lease.Applicant.Limits;
        RedisKey[] keys = [_keys.Living, place.AddressKey ?? _keys.Living, place.SubjectKey ?? _keys.Living];
        RedisValue[] arguments =
        [
            place.Field, place.Value, (long)KeysLive.TotalMilliseconds, (long)GatewayLives.TotalMilliseconds,
            place.AddressKey is null ? 0 : limits.StreamsPerAddress, place.SubjectKey is null ? 0 : limits.StreamsPerSubject,
            limits.OnSubjectLimit == SubjectLimitAction.EvictOldest ? "oldest" : place.Lease.Applicant.Target is null ? "none" : "target",
            place.Target, _store.Control, .. replaced.OfType<FleetPlace>().Select(other => (RedisValue)other.Field),
        ];
        try
        {
            var answer = (long[])(await _store.EvaluateAsync(TakeScript, keys, arguments).WaitAsync(MostWait, _time).ConfigureAwait(false))!;
            if (answer[1] == 1)
            {
                BeginAnew();
            }

            return (answer[0] switch { 2 => RefusalReason.AddressStreams, 3 => RefusalReason.SubjectStreams, _ => RefusalReason.None }, Counted: true);
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _askAt, (_store.Now + AskAgain).Ticks);
        }
        catch (StoreAwayException)
        {
        }

        return (RefusalReason.None, Counted: false);
    }

    private void Write(FleetPlace place)
    {
        if (!_changed.Writer.TryWrite(place))
        {
            _anew = true;
        }
    }

    private void BeginAnew()
    {
        _anew = true;
        _changed.Writer.TryWrite(null);
    }

    private async Task DoWhatIsDueAsync()
    {
        var (changed, look) = (new List<FleetPlace>(), false);
        while (changed.Count < WrittenAtOnce && _changed.Reader.TryRead(out var place))
        {
            if (place is null)
            {
                look = true;
            }
            else
            {
                changed.Add(place);
            }
        }

        if (!_store.Status.IsHere)
        {
            _anew = true;
            return;
        }

        var now = _store.Now;
        if (_anew || now >= _writeAt)
        {
            _anew = false;
            await WriteAllAsync().ConfigureAwait(false);
            _writeAt = now + (WriteAgain * (1 + Random.Shared.NextDouble()));
        }
        else if (look || now >= _countAt)
        {
            _countAt = now + Beat;
            if (!await CountAsync(_name).ConfigureAwait(false))
            {
                BeginAnew();
            }
        }

        await WriteAsync(changed).ConfigureAwait(false);
    }

    // Under both names, they count once each: every place moves from the one to the other in one step.
    private async Task WriteAllAsync()
    {
        var (before, name) = (_name, NewName());
        await CountAsync(name).ConfigureAwait(false);
        _name = name;
        foreach (var places in _places.Values.Where(place => place.Field != place.FieldOf(name)).Chunk(WrittenAtOnce))
        {
            await WriteAsync(places).ConfigureAwait(false);
        }

        await LeaveAsync(before).ConfigureAwait(false);
    }

    private async Task WriteAsync(IReadOnlyList<FleetPlace> places)
    {
        if (places.Count == 0)
        {
            return;
        }

        var keys = new List<RedisKey>();
        var arguments = new List<RedisValue> { (long)KeysLive.TotalMilliseconds };
        foreach (var place in places)
        {
            var (before, field) = (place.Field, place.Over ? "" : place.FieldOf(_name));
            foreach (var key in place.Keys)
            {
                keys.Add(key);
                arguments.AddRange([before == field ? "" : before, field, place.Value]);
            }

            place.Field = field;
        }

        await _store.EvaluateAsync(WriteScript, [.. keys], [.. arguments]).ConfigureAwait(false);
    }

    // False when the others had taken this gateway for dead.
    private async Task<bool> CountAsync(string name)
    {
        var settings = _settings.Value;
        var own = Own();
        var said = new GatewayNumbers(
            own.Total, own.Routes.Where(route => settings.ForRoute(route.Key).Limits.StreamsPerRoute > 0).ToDictionary(StringComparer.Ordinal));
        var answer = (RedisResult[])(await _store.EvaluateAsync(
            CountScript, [_keys.Living, _keys.Numbers], [name, said.ToJson(), (long)GatewayLives.TotalMilliseconds]).ConfigureAwait(false))!;
        _others = GatewayNumbers.Sum(
            answer.Skip(1).Chunk(2).Where(other => !((string)other[0]!).StartsWith(_node, StringComparison.Ordinal)).Select(other => (byte[])other[1]!));
        return (int)answer[0] == 1;
    }

    private Task<RedisResult> LeaveAsync(string name) => _store.EvaluateAsync(LeaveScript, [_keys.Living, _keys.Numbers], [name]);

    // The store has given the place to another stream already.
    private void Hear(ReadOnlyMemory<byte> word)
    {
        var text = Encoding.ASCII.GetString(word.Span);
        if (text.StartsWith($"E{_node}.", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(text.IndexOf('/', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && _places.TryGetValue(number, out var place))
        {
            _metrics.Evicted();
            place.Lease.Evict();

            // Its client may take its time, and the place is another's.
            place.Lease.Dispose();
        }
    }
}
