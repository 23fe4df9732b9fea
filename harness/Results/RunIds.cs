namespace SseGateway.Harness.Results;

/// <summary>How a result is called.</summary>
internal static class RunIds
{
    /// <summary>The id with the profile, as filters take it: <c>1.2.1@d1,h2</c>.</summary>
    public static string RunId(this CaseResult result) => result.Profile is null ? result.Id : $"{result.Id}@{result.Profile}";
}
