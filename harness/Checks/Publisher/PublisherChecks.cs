using System.Text.Json;
using System.Text.Json.Nodes;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Publisher;

/// <summary>11.1 <c>sec/inject</c>: untrusted text into a publisher or formatter.</summary>
internal static class PublisherChecks
{
    private const int RoundTrips = 500;
    private const string After = """{"data":"after"}""";

    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Case("11.1.1", Direct = true, Publisher = true, Seconds = 60)]
    public static Task<Outcome> LineEndInIdAsync(CheckContext check) =>
        EachAsync(check, "id", ["1\ndata: evil\n\nid: 2", "1\rdata: evil\r\rid: 2", "1\r\ndata: evil\r\n\r\nid: 2"], OneGoodAtMost);

    [Case("11.1.2", Direct = true, Publisher = true, Seconds = 60)]
    public static Task<Outcome> LineEndInTypeAsync(CheckContext check) =>
        EachAsync(check, "type", ["x\ndata: evil", "x\rdata: evil", "x\r\ndata: evil"], OneGoodAtMost);

    [Case("11.1.3", Direct = true, Publisher = true, Seconds = 60)]
    public static Task<Outcome> LineEndInDataAsync(CheckContext check) =>
        EachAsync(check, "data", ["a\rdata: evil\revent: x", "a\r\nb", "a\n\nid: 9", "a\rid: 9\r\rdata: b"], (text, output, events) =>
        events.Count == 0 ? Outcome.NonStrict($"refused: {output.Error}")
        : events is [{ Type: "message", Id: "" } e] && e.Data == Normal(text) ? Outcome.Ok()
        : Outcome.Failed($"a reader gets {Show(events)}"));

    [Case("11.1.4", Direct = true, Publisher = true, Seconds = 60)]
    public static Task<Outcome> LineEndInCommentAsync(CheckContext check) =>
        EachAsync(check, "comment", ["x\n\ndata: evil", "x\r\rdata: evil", "x\r\n\r\ndata: evil\r\n\r\n"], (_, _, events) =>
        events.Count == 0 ? Outcome.Ok() : Outcome.Failed($"a reader gets {Show(events)}"));

    [Case("11.1.5", Direct = true, Publisher = true, Seconds = 60)]
    public static async Task<Outcome> NulAndRetryAsync(CheckContext check)
    {
        var id = await EachAsync(check, "id", ["a\0b"], (_, output, events) =>
            output.Bytes.Contains((byte)0) ? Outcome.Failed("a NUL is written: a reader ignores the whole field") : OneGoodAtMost("", output, events));
        if (id.Verdict is Verdict.Skipped)
        {
            return id;
        }

        var parts = new List<(string, Outcome)> { ("id with NUL", id) };
        foreach (var retry in (JsonNode[])[-1, 1.5, "5x", "-1", "1e3"])
        {
            var line = new JsonObject { ["retry"] = retry, ["data"] = "good" }.ToJsonString(Json);
            var output = await PublisherOutput.OfAsync(check.Profile.Publisher!, check.Profile.Folder, [line, After], check.Cancellation);
            var field = Wire.Bytes.Text(output.Bytes).Split('\n', '\r').FirstOrDefault(written => written.StartsWith("retry", StringComparison.Ordinal));
            parts.Add(($"retry {retry.ToJsonString()}", field is null ? Outcome.Ok()
                : output.Read().Retry is null ? Outcome.Failed($"written: {field}")
                : Outcome.NonStrict($"made into {field}")));
        }

        return Outcome.Worst(parts);
    }

    [Case("11.1.6", Direct = true, Publisher = true, Seconds = 60)]
    public static async Task<Outcome> RoundTripAsync(CheckContext check)
    {
        if (check.Profile.Publisher is not { } setup)
        {
            return Skipped();
        }

        var inputs = new RandomEvents(check.Seed).Take(RoundTrips).ToArray();
        var output = await PublisherOutput.OfAsync(setup, check.Profile.Folder, inputs.Select(Line), check.Cancellation);
        if (output.ExitCode != 0)
        {
            return Outcome.Failed($"exit code {output.ExitCode}: {output.Error} (seed {check.Seed})");
        }

        var got = output.Read().Events;
        var id = "";
        for (var i = 0; i < inputs.Length; i++)
        {
            id = inputs[i].Id ?? id;
            var expected = new SseEvent(string.IsNullOrEmpty(inputs[i].Type) ? "message" : inputs[i].Type!, Normal(inputs[i].Data), id);
            if (i >= got.Count || got[i] != expected)
            {
                return Outcome.Failed($"event {i + 1}, {Line(inputs[i])}, comes back as {(i < got.Count ? Show([got[i]]) : "nothing")} (seed {check.Seed})");
            }
        }

        return got.Count == inputs.Length
            ? Outcome.Ok($"{got.Count} events come back as they were") : Outcome.Failed($"{got.Count} events of {inputs.Length} (seed {check.Seed})");
    }

    // The line with the text, and a harmless one after it: what the first has left open would be seen in the second.
    private static async Task<Outcome> EachAsync(CheckContext check, string member, string[] texts, Func<string, PublisherOutput, IReadOnlyList<SseEvent>,
        Outcome> judge)
    {
        if (check.Profile.Publisher is not { } setup)
        {
            return Skipped();
        }

        await MustWorkAsync(check, setup);
        var parts = new List<(string, Outcome)>();
        foreach (var text in texts)
        {
            var line = new JsonObject { [member] = text };
            if (member is not ("data" or "comment"))
            {
                line["data"] = "good";
            }

            var output = await PublisherOutput.OfAsync(setup, check.Profile.Folder, [line.ToJsonString(Json), After], check.Cancellation);
            var events = output.Read().Events;
            var name = Wire.Bytes.Escape(Wire.Bytes.Utf8(text));
            if (output.ExitCode == 0 && events is not [.., { Data: "after", Type: "message" }])
            {
                parts.Add((name, Outcome.Failed($"the event after it does not come as it is; a reader gets {Show(events)}")));
                continue;
            }

            parts.Add((name, judge(text, output, events is [.., { Data: "after" }] ? [.. events.SkipLast(1)] : events)));
        }

        return Outcome.Worst(parts);
    }

    // One that does not run at all would pass as one that refuses everything.
    private static async Task MustWorkAsync(CheckContext check, PublisherSetup setup)
    {
        var output = await PublisherOutput.OfAsync(setup, check.Profile.Folder, [After], check.Cancellation);
        if (output.Read().Events is not [{ Data: "after", Type: "message" }])
        {
            throw new InvalidOperationException(
                $"set-up: {After} is written as {Wire.Bytes.Escape(output.Bytes)}, exit code {output.ExitCode}: {output.Error}");
        }
    }

    private static Outcome OneGoodAtMost(string text, PublisherOutput output, IReadOnlyList<SseEvent> events) =>
        events is [] or [{ Data: "good" }] ? Outcome.Ok() : Outcome.Failed($"a reader gets {Show(events)}");

    private static string Normal(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static string Show(IReadOnlyList<SseEvent> events) => events.Count == 0 ? "nothing" : string.Join(", ", events.Select(e =>
        $"[{e.Type} \"{Wire.Bytes.Escape(Wire.Bytes.Utf8(e.Data))}\"{(e.Id.Length > 0 ? $" #{Wire.Bytes.Escape(Wire.Bytes.Utf8(e.Id))}" : "")}]"));

    private static string Line(PublishedEvent e)
    {
        var line = new JsonObject { ["data"] = e.Data };
        if (e.Type is not null)
        {
            line["type"] = e.Type;
        }

        if (e.Id is not null)
        {
            line["id"] = e.Id;
        }

        return line.ToJsonString(Json);
    }

    private static Outcome Skipped() => Outcome.Skipped("the profile names no publisher (publisher.exec)");
}
