using System.Net.ServerSentEvents;
using System.Text;
using BenchmarkDotNet.Attributes;
using Benchmarks.Reporting;
using SseGateway.Protocol;

namespace Benchmarks.Frames;

/// <summary>
/// One event, written. The baseline is a copy of the same bytes, ready made: no writer can be faster. An operation is one event; the
/// framework's writer only takes streams of events, so it is given a thousand at a time.
/// </summary>
[BytesPerOperation(nameof(BytesOf))]
public class FrameWriterBenchmarks
{
    private const int Events = 1000;

    private byte[] _bytes = [];
    private byte[] _frame = [];
    private string _text = "";
    private SseItem<string> _item;
    private Sink _sink = new(0);

    [Params(20, 100, 1024, 16 * 1024)]
    public int Data { get; set; }

    [Params(1, 20)]
    public int Lines { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _text = Payload.Of(Data, Lines);
        _bytes = Encoding.UTF8.GetBytes(_text);
        _item = new SseItem<string>(_text, "chat") { EventId = "1000001" };
        _sink = new Sink((Data + 1024) * Events);
        FrameWriter.WriteEvent(_sink, _bytes, "chat"u8, "1000001"u8);
        _frame = _sink.GetWritten();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public int Copy()
    {
        for (var i = 0; i < Events; i++)
        {
            _frame.CopyTo(_sink.GetSpan());
            _sink.Advance(_frame.Length);
        }

        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Writer_bytes()
    {
        for (var i = 0; i < Events; i++)
        {
            FrameWriter.WriteEvent(_sink, _bytes, "chat"u8, "1000001"u8);
        }

        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Writer_chars()
    {
        for (var i = 0; i < Events; i++)
        {
            FrameWriter.WriteEvent(_sink, _text, "chat", "1000001");
        }

        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseFormatter_chars()
    {
        SseFormatter.WriteAsync(Repeat(), _sink).GetAwaiter().GetResult();
        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Naive_string()
    {
        for (var i = 0; i < Events; i++)
        {
            var frame = $"event: chat\nid: 1000001\ndata: {_text.Replace("\n", "\ndata: ", StringComparison.Ordinal)}\n\n";
            _sink.Write(Encoding.UTF8.GetBytes(frame));
        }

        return _sink.Reset();
    }

    // What is between the data is 31 bytes, and 7 more a line.
    internal static double BytesOf(IReadOnlyDictionary<string, object> parameters) => (int)parameters[nameof(Data)] + 31 + (6 * ((int)parameters[nameof(Lines)] - 1));

#pragma warning disable CS1998 // Nothing is waited for: only what the formatter does is measured.
    private async IAsyncEnumerable<SseItem<string>> Repeat()
    {
        for (var i = 0; i < Events; i++)
        {
            yield return _item;
        }
    }
#pragma warning restore CS1998
}
