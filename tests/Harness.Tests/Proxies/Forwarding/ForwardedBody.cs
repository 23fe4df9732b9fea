using System.IO.Compression;
using System.Text.RegularExpressions;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>What a proxy makes of the pieces of an answer's body: nothing, when it is sound.</summary>
internal sealed partial class ForwardedBody : IDisposable
{
    private const int MostOfAPiece = 4096;
    private const int MostOfAnEvent = 512 * 1024;

    private readonly Defect _defect;
    private readonly MemoryStream _zipped = new();
    private readonly GZipStream? _zip;
    private byte[] _held = [];
    private bool _begun;
    private int _event;

    /// <param name="defect">What is wrong with it.</param>
    /// <param name="isEvents">Whether the answer is a stream of events in plain text: others are left alone.</param>
    /// <param name="compress">Whether client and answer would allow it.</param>
    public ForwardedBody(Defect defect, bool isEvents, bool compress)
    {
        _defect = isEvents ? defect : Defect.None;
        _zip = compress && defect == Defect.CompressesWithoutFlushing ? new GZipStream(_zipped, CompressionLevel.Optimal) : null;
    }

    public bool Compresses => _zip is not null;

    /// <summary>What is sent on of a piece now.</summary>
    public byte[] Take(byte[] piece)
    {
        var first = !_begun;
        _begun = true;
        switch (_defect)
        {
            case Defect.HoldsTheLastEvent:
                (var before, _held) = (_held, piece);
                return before;
            case Defect.WritesACommentInsideALine when first && piece.Length < MostOfAPiece && piece[^1] is not (10 or 13):
                return [.. piece, .. ": heartbeat\n\n"u8];
            case Defect.StripsIds:
                return Bytes.Of(IdLine().Replace(Bytes.Text(piece), ""));
            case Defect.ClosesOnLargeEvents:
                _event = piece.AsSpan().LastIndexOf("\n\n"u8) is >= 0 and var end ? piece.Length - end - 2 : _event + piece.Length;
                return _event > MostOfAnEvent ? throw new IOException("too large") : piece;
            case Defect.CompressesWithoutFlushing when _zip is not null:
                _zip.Write(piece);
                return Zipped();
            default:
                return piece;
        }
    }

    /// <summary>What is still to be sent at the end.</summary>
    public byte[] Rest()
    {
        _zip?.Dispose();
        return _zip is null ? _held : Zipped();
    }

    public void Dispose() => _zip?.Dispose();

    private byte[] Zipped()
    {
        var bytes = _zipped.ToArray();
        _zipped.SetLength(0);
        return bytes;
    }

    [GeneratedRegex("(?<=^|[\r\n])id(:[^\r\n]*)?(\r\n|\r|\n)")]
    private static partial Regex IdLine();
}
