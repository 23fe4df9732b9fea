using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>
/// Runs as JSON: one run is an object with <c>schema</c> and <c>results</c>, several are <c>{"schema":1,"runs":[...]}</c>.
/// Enums are kebab-case words, bytes base64, times milliseconds.
/// </summary>
internal static class RunReportFile
{
    /// <summary>For everything that is written as part of a report.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static Task WriteAsync(string file, RunReport report) => ReportFile.WriteAsync(file, JsonSerializer.Serialize(report, Json) + "\n");

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static Task WriteAsync(string file, IReadOnlyList<RunReport> runs) =>
        ReportFile.WriteAsync(file, JsonSerializer.Serialize(new { Schema = RunReport.CurrentSchema, Runs = runs }, Json) + "\n");

    /// <summary>Reads either form.</summary>
    /// <exception cref="UsageException">The file cannot be read, is no report, or has a schema this program does not know.</exception>
    public static async Task<IReadOnlyList<RunReport>> ReadAsync(string file)
    {
        try
        {
            return Parse(file, await File.ReadAllTextAsync(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(failure.Message);
        }
    }

    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">What is in it.</param>
    /// <exception cref="UsageException">It is no report, or has a schema this program does not know.</exception>
    public static IReadOnlyList<RunReport> Parse(string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            CheckSchema(file, root);
            if (!root.TryGetProperty("runs", out var runs))
            {
                return [root.Deserialize<RunReport>(Json)!];
            }

            foreach (var run in runs.EnumerateArray())
            {
                CheckSchema(file, run);
            }

            return runs.Deserialize<List<RunReport>>(Json)!;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new UsageException($"{file}: not a report of this program: {failure.Message}");
        }
    }

    private static void CheckSchema(string file, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("schema", out var schema))
        {
            throw new UsageException($"{file}: not a report of this program: it has no schema version");
        }

        if (!schema.TryGetInt32(out var version) || version != RunReport.CurrentSchema)
        {
            throw new UsageException($"{file}: has schema {schema.GetRawText()}, this program reads {RunReport.CurrentSchema}");
        }
    }
}
