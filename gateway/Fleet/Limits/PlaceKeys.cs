using System.Security.Cryptography;
using System.Text;
using SseGateway.Streams.Limits;

namespace SseGateway.Fleet.Limits;

/// <summary>Where places are. All of it on one server of a cluster, so that one script sees it: the braces say so.</summary>
/// <param name="prefix">The fleet's.</param>
internal sealed class PlaceKeys(string prefix)
{
    /// <summary>The gateways that are alive.</summary>
    public string Living { get; } = $"{prefix}:{{limits}}:live";

    /// <summary>How many streams they have.</summary>
    public string Numbers { get; } = $"{prefix}:{{limits}}:numbers";

    /// <summary>Null when nobody counts addresses.</summary>
    public string? OfAddress(StreamApplicant applicant) => applicant.Limits.StreamsPerAddress > 0
        ? $"{prefix}:{{limits}}:a:{Hash(applicant.Limits.AddressScope, applicant.Address.ToString())}" : null;

    /// <summary>Null when nobody counts subjects, or there is none.</summary>
    public string? OfSubject(StreamApplicant applicant) => applicant.Limits.StreamsPerSubject > 0 && applicant.Subject is { } subject
        ? $"{prefix}:{{limits}}:s:{Hash(applicant.Limits.SubjectScope, subject)}" : null;

    // Short, and whoever looks at the store does not read who is there.
    private static string Hash(string scope, string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{name}")).AsSpan(0, 16));
}
