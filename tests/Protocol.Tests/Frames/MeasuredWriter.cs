using System.Buffers;
using System.Text;

namespace Protocol.Tests.Frames;

/// <summary>Gives every span just as long as asked for plus <paramref name="extra"/>, and counts what was asked.</summary>
internal sealed class MeasuredWriter(int extra) : IBufferWriter<byte>
{
    private readonly List<byte> _content = [];
    private byte[] _span = [];

    public int Requests { get; private set; }

    public int LargestRequest { get; private set; }

    public string Text => Encoding.UTF8.GetString(_content.ToArray());

    public void Advance(int count)
    {
        _content.AddRange(_span.AsSpan(0, count));
        _span = [];
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Requests++;
        LargestRequest = Math.Max(LargestRequest, sizeHint);
        return _span = new byte[Math.Max(sizeHint, 1) + extra];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
