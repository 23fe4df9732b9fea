using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

/// <summary>Everything that can be done with a log, at random, against a plain list. The bounds are small, so that its memory is used again all the
/// time.</summary>
public sealed class FrameLogModelTests
{
    private const int Steps = 100_000;
    private const int Readers = 8;
    private const string Epoch = "0f0f0f0f0f0f0f0f";

    private Random _random = Random.Shared;
    private FakeTimeProvider _time = new();
    private SharingSettings _settings = new();
    private LogModel _model = null!;
    private FrameLog _log = null!;
    private string? _epoch;
    private bool _smallFrames;
    private List<ModelReader> _readers = [];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public void A_log_and_its_cursors_do_what_a_list_would(int seed, bool ownIds)
    {
        Begin(seed, ownIds);
        var step = 0;
        try
        {
            for (; step < Steps; step++)
            {
                Step();
            }

            End();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}, own ids {ownIds}, step {step}, {_settings}: {exception.Message}", exception);
        }
    }

    private void Begin(int seed, bool ownIds)
    {
        _random = new Random(seed);
        _time = new FakeTimeProvider();
        _epoch = ownIds ? Epoch : null;
        _smallFrames = seed % 3 == 0;
        _settings = new SharingSettings
        {
            LogBytes = 4096 * _random.Next(1, 5),
            LogCount = _random.Next(2) == 0 ? 1 << 20 : _random.Next(1, 200),
            LogAge = TimeSpan.FromSeconds(_random.Next(2) * 30),
        };
        _model = new LogModel(_settings, _epoch);
        _log = new FrameLog(_settings, _time, _epoch);
        _readers = [.. Enumerable.Range(0, Readers).Select(_ => new ModelReader(_log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor, 0))];
    }

    private void Step()
    {
        var reader = _readers[_random.Next(Readers)];
        switch (_random.Next(100))
        {
            case < 50:
                Publish();
                break;
            case < 75:
                Read(reader);
                break;
            case < 80:
                reader.GiveBack(onlyRunOver: false);
                break;
            case < 90:
                Resume(reader, Cursor());
                break;
            case < 94:
                Resume(reader, "");
                break;
            case < 97:
                LookFor();
                break;
            default:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(5)));
                break;
        }

        Assert.Equal(_model.Next, _log.Next);
        Assert.True(_log.Bytes <= _settings.LogBytes, $"{_log.Bytes} bytes");
        Assert.True(_log.RetiredBytes <= 2L * _settings.LogBytes, $"{_log.RetiredBytes} bytes run over");
    }

    private void End()
    {
        foreach (var reader in _readers)
        {
            reader.GiveBack(onlyRunOver: false);
            while (reader.Position < _model.Next)
            {
                Read(reader, hold: false);
            }
        }

        // Nobody reads: what was run over goes with the next slab.
        for (var i = 0; i < 100; i++)
        {
            Publish();
        }

        Assert.True(_log.RetiredBytes <= _settings.LogBytes / 2);
    }

    private void Publish()
    {
        var number = _model.Next;
        var upstreamId = UpstreamId(number);
        var isNotice = _random.Next(50) == 0;
        if (isNotice)
        {
            upstreamId = "";
        }

        var isEvent = !isNotice && _random.Next(10) != 0;
        var id = isNotice ? "" : _epoch is null ? upstreamId : OwnIds.Of(_epoch, number);
        var least = Math.Max(1, id.Length);
        var largest = _smallFrames ? (_settings.LogBytes / 16) - ChunkFraming.MaxOverhead : (_settings.LogBytes / 2) - ChunkFraming.MaxOverhead;
        var length = _random.Next(20) == 0
            ? largest - _random.Next(3) : _random.Next(5) == 0 ? _random.Next(least, largest + 1) : _random.Next(least, least + 100);
        var bytes = new byte[length];
        new Random(number).NextBytes(bytes);
        var start = _random.Next(length - id.Length + 1);
        Encoding.Latin1.GetBytes(id, bytes.AsSpan(start));
        var frame = new ModelFrame(bytes, id, start, upstreamId, isEvent, isNotice, _time.GetUtcNow());
        _model.Add(frame);
        frame.AppendTo(_log);
        if (_log.Crowded)
        {
            _readers.ForEach(one => one.GiveBack(onlyRunOver: true));
        }
    }

    // Counted, mostly; some twice, some none, some that are no numbers.
    private string UpstreamId(int number) => _random.Next(12) switch
    {
        0 => "",
        1 => _random.Next(Math.Max(0, number - 100), number + 1).ToString(CultureInfo.InvariantCulture),
        2 => $"room-{_random.Next(20)}",
        3 => "\u00ff\u00fe",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    // Of what has been, may still be, may come, and can never be.
    private string Cursor()
    {
        var some = _random.Next(Math.Max(0, _model.Next - 300), _model.Next + 20);
        var id = _random.Next(4) == 0 || some >= _model.Next ? some.ToString(CultureInfo.InvariantCulture) : _model[some].Id;
        return _random.Next(12) switch
        {
            0 => Epoch + "-" + some,
            1 => "1f0f0f0f0f0f0f0f-" + some,
            2 => Epoch + "-0" + some,
            3 => Epoch[1..] + "-" + some,
            4 => new[] { "-", Epoch, Epoch + "-", "-7", "007", "+7", "7 ", new string(
                '9', 18), new string('9', 19), new string('9', 40), "\u00ff", "a-b-7", Epoch + "--7" }[_random.Next(13)],
            _ => id,
        };
    }

    private void Read(ModelReader reader, bool? hold = null)
    {
        if (!reader.Read(_model, hold ?? _random.Next(3) == 0))
        {
            // Whoever had all there was before the last frame gets that one.
            Assert.True(reader.Position < _model.Next - 1, "one frame has pushed out the one before it");
            Look();
            Assert.True(reader.Position <= _model.First, "run over, but all is there");
            var oldest = _log.Oldest();
            Assert.Equal((ResumeKind.Gap, GapReason.Expired, Utf8(_model.IdFrom(_model.First))), (oldest.Kind, oldest.Gap, oldest.ResumedAt));
            reader.MoveTo(oldest.Cursor, _model.First);
        }
    }

    private void Resume(ModelReader reader, string cursor)
    {
        var join = _random.Next(3) switch { 0 => JoinPoint.Live, 1 => JoinPoint.All, _ => new JoinPoint(_random.Next(1, 40)) };
        var onGap = (GapAction)_random.Next(3);
        var (kind, gap, resumedAt, start) = (default(ResumeKind), default(GapReason), default(string), 0);
        var got = _log.Resume(Encoding.Latin1.GetBytes(cursor), join, onGap);
        Look();
        (kind, gap, resumedAt, start) = _model.Resume(cursor, join, onGap);
        Assert.Equal((cursor, kind, gap, Utf8(resumedAt)), (cursor, got.Kind, got.Gap, got.ResumedAt));
        Assert.Equal(_model.Next - start, ModelReader.CountFrom(got.Cursor));
        reader.MoveTo(got.Cursor, start);
    }

    private void LookFor()
    {
        Look();
        var id = UpstreamId(_random.Next(_model.Next + 1));
        var content = _model.Next == 0 ? 0 : _model[_random.Next(_model.First, _model.Next) is var some && some < _model.Next ? some : 0].Content;
        var known = _log.Contains(FrameHash.OfId(Encoding.Latin1.GetBytes(id)), content, out var sameContent);
        Assert.Equal(_model.Contains(id, content), (known, sameContent));
    }

    // How much the log has left; it may not have forgotten without a reason.
    private void Look()
    {
        var allowed = _model.FirstAllowed(_time.GetUtcNow());
        _model.Saw(ModelReader.CountFrom(_log.Resume([], JoinPoint.All, GapAction.Oldest).Cursor));
        Assert.True(_model.First >= allowed, $"{allowed - _model.First} frames too many");
        if (_smallFrames && _model.First > allowed)
        {
            Assert.True(_model.BytesFrom(_model.First) > _settings.LogBytes / 4, $"only {_model.BytesFrom(_model.First)} bytes left");
        }
    }

    private static string? Utf8(string? id) => id is null ? null : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(id));
}
