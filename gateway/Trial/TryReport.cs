using System.Globalization;
using System.Text;
using SseGateway.Protocol;
using SseGateway.Transport.Http;

namespace SseGateway.Trial;

/// <summary>What is printed of a stream. Nothing in it commands the terminal.</summary>
internal sealed class TryReport(TextWriter output, TextWriter errors)
{
    private long? _lastNumber;

    public int Events { get; private set; }

    public int Comments { get; private set; }

    /// <summary>Told by the gateway (<c>gateway.gap</c>).</summary>
    public int Gaps { get; private set; }

    /// <summary>True when the gateway has said in the stream that there is none.</summary>
    public bool IsRefused { get; private set; }

    public void Head(HttpResponseMessage response, TimeSpan after)
    {
        // Not followed: whoever tries a stream wants to know that it is elsewhere.
        var elsewhere = response.Headers.Location is { } location ? $", at {LogText.Of(location.OriginalString)}" : "";
        Write(after, $"HTTP/{response.Version} {(int)response.StatusCode}, {LogText.Of(EventStreamMediaType.Raw(response))}{elsewhere}");
    }

    /// <param name="frame">With an event, comments, or both.</param>
    /// <param name="at">Since the request.</param>
    /// <param name="silence">Since the frame before.</param>
    public void Frame(in Frame frame, TimeSpan at, TimeSpan silence)
    {
        foreach (var line in Encoding.UTF8.GetString(frame.Bytes).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(':'))
            {
                Comments++;
                Write(at, $"comment {LogText.Of(line[1..].Trim())}");
            }
        }

        if (frame.RetryMilliseconds is { } retry)
        {
            Write(at, $"retry {retry} ms");
        }

        if (frame.IsEvent)
        {
            Event(frame, at, silence);
        }
    }

    /// <param name="how">How it came to its end.</param>
    /// <param name="at">Since the request.</param>
    /// <param name="firstEvent">Since the request; null when there was none.</param>
    /// <param name="longestSilence">Between two frames, or before the first.</param>
    /// <param name="bytes">Of the body.</param>
    public void End(string how, TimeSpan at, TimeSpan? firstEvent, TimeSpan longestSilence, long bytes)
    {
        Write(at, how);
        var first = firstEvent is { } event1 ? $", the first after {Seconds(event1)}" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Events} events{first}, {Comments} comments, {Gaps} gaps, {bytes} bytes, longest silence {Seconds(longestSilence)}"));
    }

    public void Wrong(string what) => errors.WriteLine("sse-gateway try: " + what);

    private void Event(in Frame frame, TimeSpan at, TimeSpan silence)
    {
        Events++;
        var data = new byte[frame.DataLength];
        frame.CopyDataTo(data);
        var type = frame.Type.IsEmpty ? "message" : LogText.Of(Encoding.UTF8.GetString(frame.Type));
        var id = frame.HasId ? $" id {LogText.Of(Encoding.UTF8.GetString(frame.Id))}" : "";
        IsRefused |= type == "gateway.refused";
        if (type == "gateway.gap")
        {
            Gaps++;
        }

        Write(at, $"{type}{id} (+{Seconds(silence)}, {data.Length} bytes) {LogText.Of(Encoding.UTF8.GetString(data))}{Jump(frame)}");
    }

    // Of ids that are whole numbers: a fact, which need not be a loss.
    private string Jump(in Frame frame)
    {
        if (!frame.HasId)
        {
            return "";
        }

        var last = _lastNumber;
        _lastNumber = long.TryParse(frame.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return last is { } before && _lastNumber is { } now && now != before + 1 ? $"  <- behind id {before}" : "";
    }

    private void Write(TimeSpan at, string text) => output.WriteLine($"{Seconds(at),10}  {text}");

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";
}
