using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace Protocol.Tests.Cases;

/// <summary>One row of parse-cases.json.</summary>
public sealed partial class ParseCase : IXunitSerializable
{
    private static readonly Lazy<IReadOnlyList<ParseCase>> Rows = new(Load);

    public string Id { get; private set; } = "";

    public string Title { get; private set; } = "";

    public byte[] Bytes { get; private set; } = [];

    /// <summary>Where the row itself wants the bytes cut.</summary>
    public IReadOnlyList<int> Cuts { get; private set; } = [];

    internal IReadOnlyList<ReadEvent> Events { get; private set; } = [];

    public string LastEventId { get; private set; } = "";

    public int? Retry { get; private set; }

    public static IReadOnlyList<ParseCase> All => Rows.Value;

    public override string ToString() => $"{Id} {Title}";

    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Id), Id);

    public void Deserialize(IXunitSerializationInfo info)
    {
        var row = All.Single(other => other.Id == info.GetValue<string>(nameof(Id)));
        (Id, Title, Bytes, Cuts, Events, LastEventId, Retry) = (row.Id, row.Title, row.Bytes, row.Cuts, row.Events, row.LastEventId, row.Retry);
    }

    private static List<ParseCase> Load()
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Cases", "parse-cases.json"));
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ParseCase Read(JsonElement row)
    {
        var bytes = new List<byte>();
        var cuts = new List<int>();
        foreach (var segment in row.GetProperty("segments").EnumerateArray())
        {
            if (segment.ValueKind is JsonValueKind.Object)
            {
                var piece = Convert.FromHexString(segment.GetProperty("repeat").GetString()!);
                for (var i = segment.GetProperty("count").GetInt32(); i > 0; i--)
                    bytes.AddRange(piece);
            }
            else if (segment.ValueKind is JsonValueKind.Null || segment.GetString() == "¦")
            {
                cuts.Add(bytes.Count);
            }
            else if (Hex().IsMatch(segment.GetString()!))
            {
                bytes.AddRange(Convert.FromHexString(segment.GetString()!));
            }
        }
        var retry = row.GetProperty("retry");
        return new ParseCase
        {
            Id = row.GetProperty("id").GetString()!,
            Title = row.GetProperty("title").GetString()!,
            Bytes = [.. bytes],
            Cuts = cuts,
            Events = ReadEvents(row),
            LastEventId = row.GetProperty("lastEventId").GetString()!,
            // Row 1.7.6 goes over 2^64 on purpose; a value this library caps.
            Retry = retry.ValueKind is JsonValueKind.Null ? null : (int)BigInteger.Min(BigInteger.Parse(retry.GetRawText()), int.MaxValue),
        };
    }

    private static IReadOnlyList<ReadEvent> ReadEvents(JsonElement row)
    {
        var events = row.GetProperty("events");
        if (events.ValueKind is JsonValueKind.Null)
            return [.. Enumerable.Repeat(new ReadEvent("message", "", ""), row.GetProperty("eventCount").GetInt32())];
        return [.. events.EnumerateArray().Select(item =>
            new ReadEvent(item.GetProperty("type").GetString()!, item.GetProperty("data").GetString()!, item.GetProperty("id").GetString()!))];
    }

    [GeneratedRegex("^([0-9a-f]{2})+$")]
    private static partial Regex Hex();
}
