using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace Gateway.Tests.Sharing.Upstream;

/// <summary>An <see cref="UpstreamPosition"/> with the log it belongs to, fed with frames in a short notation.</summary>
/// <remarks>
/// Words between spaces: <c>7</c> is an event with this id, <c>7!</c> one with this id and other content, <c>-x</c> one without id, <c>#7</c> a
/// frame with this id alone, <c>#</c> one that takes the id back.
/// </remarks>
internal sealed class PositionUnderTest
{
    private readonly FrameLog _log;
    private readonly UpstreamPosition _position;

    public PositionUnderTest(SharingSettings settings, TimeProvider time)
    {
        _log = new FrameLog(settings, time);
        _position = new UpstreamPosition(_log);
    }

    public string? LastEventId => _position.LastEventId;

    /// <summary>The upstream is dialled and sends these.</summary>
    /// <returns>A letter each: New, Overlap, after a Gap.</returns>
    public string Dial(string frames, string resume = "")
    {
        _position.Dialled(resume);
        return string.Concat(frames.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Take));
    }

    private char Take(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word switch
        {
            "#" => "id\n\n",
            ['#', .. var id] => $"id: {id}\n\n",
            ['-', .. var text] => $"data: {text}\n\n",
            [.. var id, '!'] => $"id: {id}\ndata: other\n\n",
            _ => $"id: {word}\ndata: of {word}\n\n",
        });
        var scanner = new FrameScanner(1024, skipIgnored: true);
        if (scanner.TryRead(bytes, out var frame, out _) != FrameScanStatus.Frame) throw new ArgumentException(word);
        var (idHash, content) = (FrameHash.OfId(frame.Id), FrameHash.OfContent(frame.Bytes));
        var verdict = _position.Take(frame, idHash, content);
        if (verdict == FrameVerdict.Overlap) return 'O';
        _position.Pass(frame, content);
        _log.Append(new LogFrame { Bytes = frame.Bytes, IsEvent = frame.IsEvent, UpstreamId = idHash, Content = content });
        return verdict == FrameVerdict.New ? 'N' : 'G';
    }
}
