using System.Buffers;
using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Text;
using BenchmarkDotNet.Attributes;
using Benchmarks.Reporting;
using SseGateway.Protocol;

namespace Benchmarks.Frames;

/// <summary>
/// One event, written. The baseline is a copy of the same bytes, ready made, without a call of an interface: no writer can be faster.
/// The framework's writer only takes streams of events, so all are given a thousand at a time.
/// </summary>
[Description("""
    An operation is one event with a type and an id, written into the same buffer by all: from bytes, which are UTF-8 already, or from a string.
    `Copy` copies the frame, ready made. `Data` is in bytes, line ends included, and in so many lines.
    """)]
[BytesPerOperation(nameof(BytesOf))]
public class FrameWriterBenchmarks
{
    private const int Events = 1000;

    private byte[] _bytes = [];
    private byte[] _frame = [];
    private string _text = "";
    private SseItem<string> _item;
    private SseItem<byte[]> _byteItem;
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
        _byteItem = new SseItem<byte[]>(_bytes, "chat") { EventId = "1000001" };
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
    public int Writer_string()
    {
        for (var i = 0; i < Events; i++)
        {
            FrameWriter.WriteEvent(_sink, _text, "chat", "1000001");
        }

        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseFormatter_bytes()
    {
        SseFormatter.WriteAsync(Repeat(_byteItem), _sink, static (item, output) => output.Write(item.Data)).GetAwaiter().GetResult();
        return _sink.Reset();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseFormatter_string()
    {
        SseFormatter.WriteAsync(Repeat(_item), _sink).GetAwaiter().GetResult();
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

    // A further line takes the place of a line end, with the field name before it.
    internal static double BytesOf(IReadOnlyDictionary<string, object> parameters) =>
        (int)parameters[nameof(Data)] + Payload.Around + ("data: ".Length * ((int)parameters[nameof(Lines)] - 1));

#pragma warning disable CS1998 // Nothing is waited for: only what the formatter does is measured.
    private static async IAsyncEnumerable<SseItem<T>> Repeat<T>(SseItem<T> item)
    {
        for (var i = 0; i < Events; i++)
        {
            yield return item;
        }
    }
#pragma warning restore CS1998
}
