namespace SseGateway.Configuration;

/// <summary>The gateway cannot start: its settings are wrong. Carries every error found, not just the first.</summary>
/// <param name="errors">One line each, beginning with the path of the setting it is about.</param>
public sealed class StartupErrorsException(IReadOnlyList<string> errors) : Exception(Describe(errors))
{
    /// <summary>One line for each wrong setting, in the order found.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;

    private static string Describe(IReadOnlyList<string> errors) =>
        "The gateway cannot start, its settings are wrong:" + string.Concat(errors.Select(error => $"{Environment.NewLine}- {error}"));
}
