using System.Text;

namespace SseGateway.Hosting;

/// <summary>
/// Lines on their way to the standard output. They are written together, at most every 20 ms, by whoever's turn it is: a write and a change of
/// threads for each line is most of what a line costs, and there is one for each stream that is opened.
/// </summary>
internal sealed class ConsoleLines : IDisposable
{
    /// <summary>What may be waiting, in characters; whoever logs more waits until it is written.</summary>
    private const int Most = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Stream _output;
    private readonly Timer _timer;
    private readonly Lock _writing = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private StringBuilder _lines = new();
    private bool _due;

    // Guarded by _writing.
    private StringBuilder _spare = new();

    public ConsoleLines(Stream output)
    {
        _output = output;
        _timer = new Timer(static self => ((ConsoleLines)self!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds whole lines. They are written soon, also when the process is told to stop.</summary>
    public void Add(StringBuilder lines)
    {
        bool full;
        lock (_lock)
        {
            _lines.Append(lines);
            full = _lines.Length > Most;
            if (!_due)
            {
                _due = true;
                _timer.Change(Pause, Timeout.InfiniteTimeSpan);
            }
        }

        if (full)
        {
            Flush();
        }
    }

    /// <summary>Writes what there is.</summary>
    public void Flush()
    {
        lock (_writing)
        {
            StringBuilder lines;
            lock (_lock)
            {
                (lines, _lines) = (_lines, _spare);
                _due = false;
            }

            try
            {
                foreach (var chunk in lines.GetChunks())
                {
                    var bytes = new byte[Encoding.UTF8.GetMaxByteCount(chunk.Length)];
                    _output.Write(bytes, 0, Encoding.UTF8.GetBytes(chunk.Span, bytes));
                }

                _output.Flush();
            }
            catch (IOException)
            {
                // Whoever was to read the output is gone: nobody is left to tell.
            }

            _spare = lines.Clear();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }
}
