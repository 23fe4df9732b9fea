using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Cors;

/// <summary>Judges the CORS fields of an answer (Fetch, "CORS check").</summary>
internal static class CorsFields
{
    public const string AllowOrigin = "Access-Control-Allow-Origin";

    /// <summary>A page of that origin may read it.</summary>
    public static Outcome Readable(ClientResponse response, string origin, CorsSetup cors)
    {
        var values = response.Head.Values(AllowOrigin);
        if (values.Count != 1 || (values[0] != origin && (cors.Credentials || values[0] != "*")))
        {
            return Outcome.Failed($"{response.Status} with {Show(AllowOrigin, values)} instead of {origin}");
        }

        if (cors.Credentials && response.Head.Combined("Access-Control-Allow-Credentials") != "true")
        {
            return Outcome.Failed(
                $"{response.Status} with {Show("Access-Control-Allow-Credentials", response.Head.Values("Access-Control-Allow-Credentials"))} instead of true");
        }

        return values[0] == "*" ? Outcome.Ok() : Varies(response);
    }

    /// <summary>No page of that origin may read it.</summary>
    public static Outcome Unreadable(ClientResponse response) =>
        response.Head.Values(AllowOrigin) is { Count: > 0 } values ? Outcome.Failed($"{response.Status} with {Show(AllowOrigin, values)}") : Outcome.Ok();

    /// <summary>A cache does not give it to another origin.</summary>
    public static Outcome Varies(ClientResponse response) =>
        response.Head.Members("Vary").Any(name => name is "*" || name.Equals("Origin", StringComparison.OrdinalIgnoreCase))
            ? Outcome.Ok()
            : Outcome.Failed($"{response.Status} with {Show("Vary", response.Head.Values("Vary"))}, without Origin");

    /// <summary>The first that is wrong.</summary>
    public static Outcome Both(Outcome first, Func<Outcome> second) => first.Verdict == Verdict.Ok ? second() : first;

    public static string Show(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? $"no {name}" : string.Join(", ", values.Select(value => $"{name}: {value}"));
}
