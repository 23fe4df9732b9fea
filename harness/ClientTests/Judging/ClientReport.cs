using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SseGateway.Harness.Reading;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>One line of a client under test (<c>harness/adapters/README.md</c>).</summary>
internal sealed record ClientReport(ReportKind Kind)
{
    /// <summary>Which of the runs of one process.</summary>
    public string? Run { get; init; }

    public string Type { get; init; } = "message";

    /// <summary>Null where length and hash stand for it.</summary>
    public string? Data { get; init; }

    /// <summary>Bytes of the data as UTF-8.</summary>
    public long? DataLength { get; init; }

    /// <summary>Of the data as UTF-8, in lower-case hex.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Null where the API has no ids.</summary>
    public string? Id { get; init; }

    /// <summary>Of an event, where the API has it.</summary>
    public string? Origin { get; init; }

    /// <summary>Of an error, or of the end: <c>clean</c> or <c>unclean</c>, where the API tells them apart.</summary>
    public string? Ending { get; init; }

    /// <summary>Of an error: <c>connecting</c> or <c>closed</c>.</summary>
    public string? State { get; init; }

    public int? Status { get; init; }

    public string? Text { get; init; }

    public long? Retry { get; init; }

    /// <summary>What the client would send with its next request, told at its end.</summary>
    public string? LastEventId { get; init; }

    public bool IsFinal => Kind == ReportKind.Closed || (Kind == ReportKind.Error && State == "closed");

    /// <summary>Reads a line; null when it is none of ours.</summary>
    public static ClientReport? Parse(string line)
    {
        if (!line.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            return From(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads an object; null when it is none of ours.</summary>
    public static ClientReport? From(JsonElement line)
    {
        ReportKind? kind =
            line.TryGetProperty("data", out _) || line.TryGetProperty("dataSha256", out _) ? ReportKind.Event
            : line.TryGetProperty("open", out _) ? ReportKind.Open
            : line.TryGetProperty("error", out _) ? ReportKind.Error
            : line.TryGetProperty("comment", out _) ? ReportKind.Comment
            : line.TryGetProperty("closed", out _) ? ReportKind.Closed
            : line.TryGetProperty("retry", out _) ? ReportKind.Retry
            : line.TryGetProperty("ready", out _) ? ReportKind.Ready
            : null;
        return kind is null ? null : new ClientReport(kind.Value)
        {
            Run = Member(line, "run"),
            Type = Member(line, "type") ?? "message",
            Data = Member(line, "data"),
            DataLength = Number(line, "dataLength"),
            DataSha256 = Member(line, "dataSha256"),
            Id = Member(line, "id"),
            Origin = Member(line, "origin"),
            Ending = Member(line, "ending"),
            State = Member(line, "state"),
            Status = (int?)Number(line, "status"),
            Text = Member(line, "error") ?? Member(line, "comment"),
            Retry = Number(line, "retry"),
            LastEventId = Member(line, "lastEventId"),
        };
    }

    /// <summary>Whether this is the data.</summary>
    public bool HasData(string expected)
    {
        if (Data is not null)
        {
            return Data == expected;
        }

        var bytes = Encoding.UTF8.GetBytes(expected);
        return (DataLength is null || DataLength == bytes.Length)
            && string.Equals(DataSha256, Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether this is the event, but for its id.</summary>
    public bool Is(SseEvent expected) => Type == expected.Type && HasData(expected.Data);

    private static string? Member(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? (long)Math.Min(value.GetDouble(), long.MaxValue / 2) : null;
}
