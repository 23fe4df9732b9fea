using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Text;
using BenchmarkDotNet.Attributes;
using Benchmarks.Reporting;
using SseGateway.Protocol;

namespace Benchmarks.Frames;

/// <summary>
/// A megabyte or so of events, read. .NET's parser as it is by default makes a string of the data; given a callback that only looks at its length
/// it makes nothing of it, as the scanner does. That is the baseline, as the stricter comparison.
/// </summary>
[Description("""
    An operation is one event with a type and an id, of so many bytes of data and 32 around them, in a stream that is there whole or comes in pieces of
    1,400 bytes. `string` makes a string of the data, as `SseParser` does by default; `length` takes its length and makes nothing of it, for which
    `SseParser` is given a callback.
    """)]
[BytesPerOperation(nameof(BytesOf))]
public class FrameScannerBenchmarks
{
    private const int Events = 8000;
    private const int Piece = 1400;

    private byte[] _stream = [];
    private byte[] _window = [];

    /// <summary>The data of each event; with its other fields and line ends it is 32 bytes more: 100 in all for 68.</summary>
    [Params(20, 68, 1024)]
    public int Data { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _stream = Payload.Stream(Events, Data);
        _window = new byte[Piece + 4096];
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseParser_string_whole() => ReadStrings(new MemoryStream(_stream));

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseParser_string_pieces() => ReadStrings(new PiecewiseStream(_stream, Piece));

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public int SseParser_length_whole() => ReadLengths(new MemoryStream(_stream));

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseParser_length_pieces() => ReadLengths(new PiecewiseStream(_stream, Piece));

    [Benchmark(OperationsPerInvoke = Events)]
    public int Scanner_string_whole()
    {
        var scanner = default(FrameScanner);
        var length = 0;
        var rest = _stream.AsSpan();
        while (scanner.TryRead(rest, out var frame, out var consumed) == FrameScanStatus.Frame)
        {
            frame.TryGetData(out var data);
            length += Encoding.UTF8.GetString(data).Length;
            rest = rest[consumed..];
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Scanner_length_whole()
    {
        var scanner = default(FrameScanner);
        var length = 0;
        var rest = _stream.AsSpan();
        while (scanner.TryRead(rest, out var frame, out var consumed) == FrameScanStatus.Frame)
        {
            length += frame.DataLength;
            rest = rest[consumed..];
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Scanner_length_pieces()
    {
        var scanner = default(FrameScanner);
        var (length, held) = (0, 0);
        for (var at = 0; at < _stream.Length; at += Piece)
        {
            var piece = _stream.AsSpan(at, Math.Min(Piece, _stream.Length - at));
            piece.CopyTo(_window.AsSpan(held));
            var rest = _window.AsSpan(0, held + piece.Length);
            while (true)
            {
                var status = scanner.TryRead(rest, out var frame, out var consumed);
                rest = rest[consumed..];
                if (status != FrameScanStatus.Frame)
                {
                    break;
                }

                length += frame.DataLength;
            }

            rest.CopyTo(_window);
            held = rest.Length;
        }

        return length;
    }

    internal static double BytesOf(IReadOnlyDictionary<string, object> parameters) => (int)parameters[nameof(Data)] + Payload.Around;

    private static int ReadStrings(Stream stream)
    {
        var length = 0;
        foreach (var item in SseParser.Create(stream).Enumerate())
            length += item.Data.Length;
        return length;
    }

    private static int ReadLengths(Stream stream)
    {
        var length = 0;
        foreach (var item in SseParser.Create(stream, static (_, data) => data.Length).Enumerate())
            length += item.Data;
        return length;
    }
}
