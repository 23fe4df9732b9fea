using System.Text.Json;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;

namespace SseGateway.Harness.Results;

/// <summary>The failures that do not fail a run, from a JSON file: an array of <c>{id, target?, reason, until?}</c>.</summary>
internal sealed class KnownFailures
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly IReadOnlyList<KnownFailure> _entries;

    private KnownFailures(IReadOnlyList<KnownFailure> entries) => _entries = entries;

    public static KnownFailures None { get; } = new([]);

    /// <exception cref="UsageException">The file cannot be read, is not such an array, or names a case that there is not.</exception>
    public static KnownFailures Load(string file)
    {
        try
        {
            return Parse(file, File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--known: {failure.Message}");
        }
    }

    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">What is in it.</param>
    /// <exception cref="UsageException">It is not such an array, or names a case that there is not.</exception>
    public static KnownFailures Parse(string file, string text)
    {
        IReadOnlyList<KnownFailure>? entries;
        try
        {
            entries = JsonSerializer.Deserialize<List<KnownFailure>>(text, Json) ?? throw new JsonException("null is not an array");
        }
        catch (JsonException failure)
        {
            throw new UsageException($"--known: {file}: must be a JSON array of {{id, target?, reason, until?}}: {failure.Message.ReplaceLineEndings(" ")}");
        }

        foreach (var entry in entries)
        {
            if (CaseCatalogue.Instance.Find(entry.Id.Split('@')[0]) is null)
            {
                throw new UsageException($"--known: {file}: there is no case '{entry.Id}'");
            }

            if (string.IsNullOrWhiteSpace(entry.Reason))
            {
                throw new UsageException($"--known: {file}: {entry.Id} has no reason");
            }
        }

        return new KnownFailures(entries);
    }

    /// <summary>Says of a run's failures which are known, and of the known ones which are no more.</summary>
    /// <param name="report">The run.</param>
    /// <param name="failOn">What counts as failed.</param>
    /// <param name="today">To tell which entries are out of date.</param>
    public RunJudgement Judge(RunReport report, FailOn failOn, DateOnly today)
    {
        var results = report.Results.Select(result => result with { Known = Failed(result, failOn) ? Reason(report.Target, result, today) : null }).ToArray();
        var touched = _entries.Select(entry => (Entry: entry, Results: results.Where(result => entry.Covers(report.Target, result)).ToArray())).ToArray();
        return new RunJudgement(
            report with { Results = results },
            results.Where(result => Failed(result, failOn) && result.Known is null).ToArray(),
            touched.Where(pair => pair.Results.Length > 0 && pair.Results.All(result => Passed(result, failOn))).Select(pair => pair.Entry).ToArray(),
            touched.Where(pair => IsExpired(pair.Entry, today) && pair.Results.Any(result => Failed(result, failOn))).Select(pair => pair.Entry).ToArray());
    }

    private string? Reason(string target, CaseResult result, DateOnly today) =>
        _entries.FirstOrDefault(entry => !IsExpired(entry, today) && entry.Covers(target, result))?.Reason;

    private static bool IsExpired(KnownFailure entry, DateOnly today) => entry.Until is { } until && today > until;

    private static bool Failed(CaseResult result, FailOn failOn) =>
        result.Verdict == Verdict.Failed || (failOn == FailOn.NonStrict && result.Verdict == Verdict.NonStrict);

    // What was not run, or could not be, says nothing of whether the failure is gone.
    private static bool Passed(CaseResult result, FailOn failOn) =>
        result.Verdict is Verdict.Ok or Verdict.Informational or Verdict.NonStrict && !Failed(result, failOn);
}
