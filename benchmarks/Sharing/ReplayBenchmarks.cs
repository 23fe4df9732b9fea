using System.ComponentModel;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;

namespace Benchmarks.Sharing;

/// <summary>Where a client goes on that comes back with a last event id, in a log of a million events. The baseline is a dictionary's look-up of the same
/// id.</summary>
[Description("Where a client goes on that comes with a last event id, in a log of a million events.")]
public class ReplayBenchmarks
{
    private const int Events = 1_000_000;

    private readonly Dictionary<string, int> _dictionary = [];
    private readonly string[] _ids = new string[1024];
    private readonly byte[][] _cursors = new byte[1024][];
    private FrameLog? _log;
    private int _next;

    [GlobalSetup]
    public void Prepare()
    {
        _log = new FrameLog(new SharingSettings { LogBytes = 512 * 1024 * 1024, LogCount = Events + 10 }, TimeProvider.System, epoch: null);
        for (var i = 0; i < Events; i++)
        {
            var id = i.ToString("D8", CultureInfo.InvariantCulture);
            _dictionary[id] = i;
            _log.Append(new LogFrame { Bytes = Encoding.ASCII.GetBytes($"id: {id}\ndata: hello\n\n"), Id = 4..12, IsEvent = true });
        }

        var random = new Random(1);
        for (var i = 0; i < _ids.Length; i++)
        {
            _ids[i] = random.Next(Events).ToString("D8", CultureInfo.InvariantCulture);
            _cursors[i] = Encoding.ASCII.GetBytes(_ids[i]);
        }
    }

    [Benchmark(Baseline = true)]
    public int Dictionary_lookup() => _dictionary[_ids[_next++ & 1023]];

    [Benchmark]
    public object Resume() => _log!.Resume(_cursors[_next++ & 1023], JoinPoint.Live, GapAction.Oldest).Kind;
}
