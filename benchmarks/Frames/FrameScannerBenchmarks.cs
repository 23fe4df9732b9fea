using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using Benchmarks.Reporting;
using SseGateway.Protocol;

namespace Benchmarks.Frames;

/// <summary>
/// A megabyte or so of events, read; an operation is one event. In pieces of 1,400 bytes, as a network brings them, or whole. The baseline is
/// .NET's parser, which is given a callback that looks at the data and makes nothing of it.
/// </summary>
[BytesPerOperation(nameof(BytesOf))]
public class FrameScannerBenchmarks
{
    private const int Events = 8000;
    private const int Piece = 1400;

    private byte[] _stream = [];
    private byte[] _window = [];

    /// <summary>The data of each event; with its other fields and line ends it is 39 bytes more.</summary>
    [Params(20, 61, 1024)]
    public int Data { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _stream = Payload.Stream(Events, Data);
        _window = new byte[Piece + 4096];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public int SseParser_whole() => Count(new MemoryStream(_stream));

    [Benchmark(OperationsPerInvoke = Events)]
    public int SseParser_pieces() => Count(new PiecewiseStream(_stream, Piece));

    [Benchmark(OperationsPerInvoke = Events)]
    public int Scanner_whole()
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
    public int Scanner_pieces()
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

    internal static double BytesOf(IReadOnlyDictionary<string, object> parameters) => (int)parameters[nameof(Data)] + 39 - 4;

    private static int Count(Stream stream)
    {
        var length = 0;
        foreach (var item in SseParser.Create(stream, static (_, data) => data.Length).Enumerate())
        {
            length += item.Data;
        }

        return length;
    }
}
