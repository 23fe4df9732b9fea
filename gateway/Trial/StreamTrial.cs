using System.Net;
using SseGateway.Protocol;
using SseGateway.Transport.Http;

namespace SseGateway.Trial;

/// <summary>One request, and what comes of it: not repeated, and not as a browser, so that a refusal has its status.</summary>
internal sealed class StreamTrial(TryOptions options, TryReport report, TimeProvider time)
{
    private const int BlockBytes = 16 * 1024;

    // Of a body that is no stream.
    private const int ExcerptBytes = 500;

    private readonly long _started = time.GetTimestamp();
    private TimeSpan _lastFrame;
    private TimeSpan _longestSilence;
    private TimeSpan? _firstEvent;
    private long _bytes;

    private TimeSpan Elapsed => time.GetElapsedTime(_started);

    public async Task<TryExit> RunAsync(CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.Time > TimeSpan.Zero)
        {
            over.CancelAfter(options.Time);
        }

        using var http = new HttpMessageInvoker(EventSource.CreateHandler());
        try
        {
            using var request = Request();
            using var response = await http.SendAsync(request, over.Token);
            report.Head(response, Elapsed);
            _lastFrame = Elapsed;
            await using var body = await response.Content.ReadAsStreamAsync(over.Token);
            if (response.StatusCode != HttpStatusCode.OK || !EventStreamMediaType.IsEventStream(EventStreamMediaType.Raw(response)))
            {
                report.Wrong("the answer is no event stream: " + await ExcerptAsync(body, over.Token));
                return TryExit.NoStream;
            }

            if (string.Join(", ", response.Content.Headers.ContentEncoding) is var coding && !ContentCoding.IsNone(coding))
            {
                report.Wrong($"the stream is encoded ({LogText.Of(coding)}), as nobody has asked for");
                return TryExit.NoStream;
            }

            return await WatchAsync(body, over.Token);
        }
        catch (HttpRequestException failure)
        {
            report.Wrong($"{options.Url.GetLeftPart(UriPartial.Path)} cannot be reached: {LogText.Reason(failure)}");
            return TryExit.NotReached;
        }
        catch (OperationCanceledException)
        {
            report.Wrong($"no answer within {Elapsed.TotalSeconds:0} s");
            return TryExit.NotReached;
        }
    }

    private async Task<TryExit> WatchAsync(Stream body, CancellationToken over)
    {
        string how;
        TryExit exit;
        try
        {
            var enough = await ReadAsync(body, over);
            (how, exit) = enough ? ("left, as asked", TryExit.Fine) : ("the end", TryExit.Fine);
        }
        catch (OperationCanceledException)
        {
            (how, exit) = ("left", TryExit.Fine);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or FrameTooLargeException)
        {
            (how, exit) = ($"cut off: {LogText.Reason(failure)}", TryExit.Cut);
        }

        _longestSilence = Max(_longestSilence, Elapsed - _lastFrame);
        report.End(how, Elapsed, _firstEvent, _longestSilence, _bytes);
        return exit != TryExit.Fine ? exit
            : report.IsRefused ? TryExit.NoStream
            : report.Events < options.Events ? TryExit.TooFew
            : TryExit.Fine;
    }

    // True when there were as many events as were asked for.
    private async Task<bool> ReadAsync(Stream body, CancellationToken over)
    {
        var scanner = new FrameScanner(FrameScanner.DefaultMaxFrameBytes);
        var buffer = new byte[BlockBytes];
        var filled = 0;
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(filled), over);
            if (read == 0)
            {
                return false;
            }

            filled += read;
            _bytes += read;
            if (Scan(ref scanner, buffer, ref filled))
            {
                return true;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private bool Scan(ref FrameScanner scanner, byte[] buffer, ref int filled)
    {
        var begin = 0;
        while (true)
        {
            var status = scanner.TryRead(buffer.AsSpan(begin, filled - begin), out var frame, out var consumed);
            begin += consumed;
            if (status == FrameScanStatus.TooLarge)
            {
                throw new FrameTooLargeException(scanner.MaxFrameBytes);
            }

            if (status == FrameScanStatus.Incomplete)
            {
                buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
                filled -= begin;
                return false;
            }

            Note(frame);
            if (options.Events > 0 && report.Events >= options.Events)
            {
                return true;
            }
        }
    }

    private void Note(in Frame frame)
    {
        var now = Elapsed;
        _longestSilence = Max(_longestSilence, now - _lastFrame);
        _firstEvent ??= frame.IsEvent ? now : null;
        report.Frame(frame, now, now - _lastFrame);
        _lastFrame = now;
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(options.Body is null ? HttpMethod.Get : HttpMethod.Post, options.Url)
        {
            Version = options.Url.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (options.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            AddUnlessGiven("Content-Type", "application/json");
        }

        AddUnlessGiven("Accept", EventStreamMediaType.Name);
        if (options.LastEventId is { } id)
        {
            AddUnlessGiven("Last-Event-ID", id);
        }

        foreach (var (name, value) in options.Headers)
        {
            Add(name, value);
        }

        return request;

        void AddUnlessGiven(string name, string value)
        {
            if (!options.Headers.Any(given => given.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                Add(name, value);
            }
        }

        void Add(string name, string value) =>
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true;
    }

    private static async Task<string> ExcerptAsync(Stream body, CancellationToken over)
    {
        var excerpt = new byte[ExcerptBytes];
        var length = 0;
        try
        {
            while (length < excerpt.Length && await body.ReadAsync(excerpt.AsMemory(length), over) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            // What has come says enough.
        }

        return LogText.Of(System.Text.Encoding.UTF8.GetString(excerpt, 0, length));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
