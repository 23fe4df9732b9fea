using SseGateway.Harness.Scripts;
using SseGateway.Harness.Scripts.Expectations;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>Compares the requests of a run with what was expected of them.</summary>
internal static class RequestJudge
{
    private const string LastEventId = "Last-Event-ID";

    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Compare(Acceptance acceptance, ScriptRun run, RunEnd end, Observation seen, ClientProfile profile)
    {
        var answers = seen.Answers;

        // After the sentinel the body ends, and the client may ask again as it likes.
        var counted = end == RunEnd.Sentinel ? answers.Count(answer => answer.Scripted) : answers.Count;
        if (counted > acceptance.MostRequests)
        {
            return $"{counted} requests, not {acceptance.MostRequests}";
        }

        if (acceptance.Stops && answers.Count > Math.Max(1, acceptance.MostRequests ?? run.Connections.Count))
        {
            return $"it asked again ({answers.Count} requests)";
        }

        if (answers.Count < acceptance.LeastRequests)
        {
            return $"no request after {(answers.Count == 0 ? "the start" : $"the end of answer {answers.Count}")}";
        }

        for (var i = 0; i < Math.Min(answers.Count, acceptance.Requests?.Count ?? 0); i++)
        {
            if (Compare(acceptance.Requests![i], answers[i], profile) is { } wrong)
            {
                return $"request {i + 1}: {wrong}";
            }
        }

        return acceptance.LastEventId is { } id && answers.Count > run.Connections.Count
            ? CompareField(LastEventId, id.Length == 0 ? null : id, exact: true, answers[run.Connections.Count].Exchange.Request, profile) is { } lost
                ? $"request {run.Connections.Count + 1}: {lost}" : null
            : null;
    }

    private static string? Compare(ExpectedRequest expected, Answer answer, ClientProfile profile)
    {
        var request = answer.Exchange.Request;
        if (expected.Method is { } method && request.Method != method)
        {
            return $"{request.Method}, not {method}";
        }

        if (expected.Body is { } body && !answer.Body.AsSpan().SequenceEqual(Bytes.Utf8(body)))
        {
            return $"body {Bytes.Escape(answer.Body, 60)}, not {Bytes.Escape(Bytes.Utf8(body), 60)}";
        }

        var target = profile.LastEventIdQuery is { } query ? LastIdQuery.TakenOut(request.Target, query) : request.Target;
        if (expected.UrlSuffix is { } suffix && !target.EndsWith(suffix, StringComparison.Ordinal))
        {
            return $"target ends with {Bytes.Escape(Bytes.Of(target[Math.Min(target.Length, "/r/000000000000".Length)..]))}, not {suffix}";
        }

        return expected.Fields.Select(
            field => CompareField(field.Key, field.Value, expected.Exact || field.Key == LastEventId, request, profile))
            .FirstOrDefault(wrong => wrong is not null);
    }

    private static string? CompareField(string name, string? expected, bool exact, MessageHead request, ClientProfile profile)
    {
        var values = request.Values(name);
        if (name == LastEventId && values.Count == 0 && profile.LastEventIdQuery is { } query && LastIdQuery.In(request, query) is { Length: > 0 } id)
        {
            values = [Bytes.Text(Bytes.Utf8(id))];
        }

        if (expected is null)
        {
            return values.Count == 0 ? null : $"{name}: {Show(values)}, although there should be none";
        }

        if (values.Count == 0)
        {
            return $"no {name}, expected {Bytes.Escape(Bytes.Utf8(expected), 60)}";
        }

        string[] allowed = exact ? [expected] : expected.Split('|');
        return values.Count == 1 && (allowed is ["*"] || allowed.Any(one => Bytes.Text(Bytes.Utf8(one)) == values[0]))
            ? null : $"{name}: {Show(values)}, not {Bytes.Escape(Bytes.Utf8(expected), 60)}";
    }

    private static string Show(IReadOnlyList<string> values) => string.Join(" and ", values.Select(value => Bytes.Escape(Bytes.Of(value), 60)));
}
