using System.Text;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// Lines on their way to the standard output or the standard error. They are written together, at most every 20 ms, by a thread that does nothing else: a
/// write and a change of threads for each line is most of what a line costs, and there is one for each stream that is opened.
/// </summary>
/// <remarks>
/// Nobody waits for a line. When whoever is to read the output does not (a collector that hangs, Ctrl+S in a terminal), the write stands still and lines that
/// find no place are dropped and counted, and so are those that an output does not take (a full disk).
/// </remarks>
internal sealed class ConsoleLines : IDisposable
{
    /// <summary>What may be waiting, in characters.</summary>
    private const int Most = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // At the end of the program, for an output that nobody reads.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stream _output;
    private readonly Thread _writer;
    private readonly AutoResetEvent _added = new(initialState: false);
    private readonly ManualResetEvent _ending = new(initialState: false);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private StringBuilder _lines = new();
    private int _entries;
    private long _dropped;

    // Only the writer's.
    private StringBuilder _spare = new();
    private long _told;
    private bool _torn;
    private bool _failing;

    public ConsoleLines(Stream output)
    {
        _output = output;

        // Started at once: later there may be no file left to start one with.
        _writer = new Thread(Run) { IsBackground = true, Name = "Console" };
        _writer.Start();
    }

    /// <summary>Entries that found no place.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <summary>What is written when lines were dropped, with their number; set before the first line.</summary>
    public Func<long, StringBuilder>? OnDropped { get; set; }

    /// <summary>Called when the output takes nothing any more, once until it does again; set before the first line.</summary>
    public Action<Exception>? OnFailing { get; set; }

    /// <summary>Adds the lines of an entry. They are written soon, also when the process is told to stop.</summary>
    public void Add(StringBuilder lines)
    {
        lock (_lock)
        {
            if (_lines.Length > 0 && _lines.Length + lines.Length > Most)
            {
                _dropped++;
                return;
            }

            _lines.Append(lines);
            if (_entries++ > 0)
            {
                return;
            }
        }

        _added.Set();
    }

    /// <summary>Waits for what there is to be written, but not for long.</summary>
    public void Dispose()
    {
        _ending.Set();
        _added.Set();
        _writer.Join(Patience);
    }

    private void Run()
    {
        while (!_ending.WaitOne(TimeSpan.Zero))
        {
            _added.WaitOne();
            _ending.WaitOne(Pause);
            Write();
        }

        // Also what was added during the last write.
        Write();
    }

    private void Write()
    {
        StringBuilder lines;
        int entries;
        long dropped;
        lock (_lock)
        {
            (lines, _lines) = (_lines, _spare);
            (entries, _entries) = (_entries, 0);
            dropped = _dropped;
        }

        try
        {
            if (_torn)
            {
                // The last write may have ended within a line, as on a disk that was full.
                _output.WriteByte((byte)'\n');
                _torn = false;
            }

            Write(lines);
            entries = 0;
            if (dropped > _told && OnDropped is { } describe)
            {
                Write(describe(dropped - _told));
            }

            _told = dropped;
            _output.Flush();
            _failing = false;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Whoever was to read the output is gone, the disk is full, there never was an output (">&-", for .NET no access), or it was closed when
            // the last lines had been waited for long enough: nobody is left to tell, and it is no reason to end. Some of the lines may have been
            // written; they count as dropped too.
            _torn = gone is IOException;
            lock (_lock)
            {
                _dropped += entries;
            }

            if (!_failing)
            {
                _failing = true;
                OnFailing?.Invoke(gone);
            }
        }

        _spare = lines.Clear();
    }

    private void Write(StringBuilder lines)
    {
        foreach (var chunk in lines.GetChunks())
        {
            var bytes = new byte[Encoding.UTF8.GetMaxByteCount(chunk.Length)];
            _output.Write(bytes, 0, Encoding.UTF8.GetBytes(chunk.Span, bytes));
        }
    }
}
